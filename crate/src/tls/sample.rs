//! Hellos and records made by hand, for the tests of this folder.

/// Parts of a ClientHello.
pub(super) struct ClientHello {
    pub(super) version: u16,
    pub(super) session_id: Vec<u8>,
    pub(super) ciphers: Vec<u16>,
    pub(super) extensions: Vec<(u16, Vec<u8>)>,
}

impl Default for ClientHello {
    fn default() -> Self {
        ClientHello { version: 0x0303, session_id: vec![], ciphers: vec![0xc02f], extensions: vec![] }
    }
}

impl ClientHello {
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend([0xc1; 32]);
        body.push(self.session_id.len() as u8);
        body.extend(&self.session_id);
        body.extend((2 * self.ciphers.len() as u16).to_be_bytes());
        body.extend(self.ciphers.iter().flat_map(|suite| suite.to_be_bytes()));
        body.extend([1, 0]);
        body.extend(extensions(&self.extensions));
        body
    }

    pub(super) fn message(&self) -> Vec<u8> {
        message(1, &self.body())
    }
}

/// Parts of a ServerHello.
pub(super) struct ServerHello {
    pub(super) version: u16,
    pub(super) random: [u8; 32],
    pub(super) session_id: Vec<u8>,
    pub(super) cipher: u16,
    pub(super) extensions: Vec<(u16, Vec<u8>)>,
}

impl Default for ServerHello {
    fn default() -> Self {
        ServerHello {
            version: 0x0303,
            random: [0x5e; 32],
            session_id: vec![],
            cipher: 0xc02f,
            extensions: vec![],
        }
    }
}

impl ServerHello {
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend(self.random);
        body.push(self.session_id.len() as u8);
        body.extend(&self.session_id);
        body.extend(self.cipher.to_be_bytes());
        body.push(0);
        body.extend(extensions(&self.extensions));
        body
    }

    pub(super) fn message(&self) -> Vec<u8> {
        message(2, &self.body())
    }
}

/// supported_groups.
pub(super) fn groups(groups: &[u16]) -> (u16, Vec<u8>) {
    (10, with_length(&groups.iter().flat_map(|group| group.to_be_bytes()).collect::<Vec<_>>()))
}

/// server_name with one host name.
pub(super) fn server_name(name: &str) -> (u16, Vec<u8>) {
    let entry = [&[0], &with_length(name.as_bytes())[..]].concat();
    (0, with_length(&entry))
}

/// ALPN.
pub(super) fn alpn(names: &[&str]) -> (u16, Vec<u8>) {
    let list: Vec<u8> =
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect();
    (16, with_length(&list))
}

/// Returns a handshake message.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [_, lengths @ ..] = (body.len() as u32).to_be_bytes();
    [&[kind], &lengths[..], body].concat()
}

/// Returns a Certificate message's body.
pub(super) fn certificates(chain: &[&[u8]]) -> Vec<u8> {
    let entry = |der: &&[u8]| [&(der.len() as u32).to_be_bytes()[1..], der].concat();
    let list: Vec<u8> = chain.iter().flat_map(entry).collect();
    [&(list.len() as u32).to_be_bytes()[1..], &list].concat()
}

/// Returns a record of TLS 1.2.
pub(super) fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], &with_length(body)[..]].concat()
}

fn extensions(list: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let bytes: Vec<u8> =
        list.iter().flat_map(|(kind, body)| [&kind.to_be_bytes(), &with_length(body)[..]].concat()).collect();
    with_length(&bytes)
}

fn with_length(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}
