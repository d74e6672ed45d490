//! Certificates for tests, put together field by field.

use super::Certificate;

pub(super) fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = match body.len() {
        short @ 0..0x80 => vec![short as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag], &length[..], body].concat()
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(super) fn name(common_name: &str) -> Vec<u8> {
    let attribute = sequence(&[tlv(6, &[0x55, 4, 3]), tlv(12, common_name.as_bytes())]);
    sequence(&[tlv(0x31, &attribute)])
}

pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
pub(super) const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

pub(super) fn algorithm_identifier(oid: &[u8], parameters: Vec<u8>) -> Vec<u8> {
    sequence(&[tlv(6, oid), parameters])
}

pub(super) fn rsa_key() -> Vec<u8> {
    let modulus = [&[0, 0xc0], &[1; 127][..]].concat();
    let key = sequence(&[tlv(2, &modulus), tlv(2, &[1, 0, 1])]);
    sequence(&[algorithm_identifier(RSA, tlv(5, &[])), tlv(3, &[vec![0], key].concat())])
}

pub(super) fn extension(oid: &[u8], value: Vec<u8>) -> Vec<u8> {
    sequence(&[tlv(6, oid), tlv(4, &value)])
}

pub(super) struct Sample {
    pub(super) serial: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) extensions: Vec<Vec<u8>>,
}

impl Default for Sample {
    fn default() -> Self {
        Sample { serial: vec![0, 0xab, 1], key: rsa_key(), extensions: vec![] }
    }
}

impl Sample {
    pub(super) fn der(&self) -> Vec<u8> {
        let signature = algorithm_identifier(SHA256_WITH_RSA, tlv(5, &[]));
        let mut tbs = vec![
            tlv(0xa0, &tlv(2, &[2])),
            tlv(2, &self.serial),
            signature.clone(),
            name("ca"),
            sequence(&[tlv(23, b"200101000000Z"), tlv(24, b"20500101000000Z")]),
            name("host.example.org"),
            self.key.clone(),
        ];
        if !self.extensions.is_empty() {
            tbs.push(tlv(0xa3, &sequence(&self.extensions)));
        }
        sequence(&[sequence(&tbs), signature, tlv(3, &[0, 7])])
    }

    pub(super) fn read(&self) -> Certificate {
        Certificate::parse(&self.der()).unwrap()
    }
}
