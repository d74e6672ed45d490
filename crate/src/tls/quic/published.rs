//! Packets that RFC 9001 (version 1) and RFC 9369 (version 2) publish in their appendices A, and what is read in them.

use super::*;
use packet::Version;

/// Destination of the client's first packet in both appendices (A.1).
pub(super) const DCID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

/// The server's own identifier, in A.3 and A.4.
const SERVER_CID: [u8; 8] = [0xf0, 0x67, 0xa5, 0x50, 0x2a, 0x42, 0x62, 0xb5];

/// What the client's Initial packet holds before its padding (A.2): a CRYPTO frame with a ClientHello.
const CLIENT_FRAME: &str = "
     060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c0000041301130201
     0000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c70
     6e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74
     d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffff
     ffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff";

/// The client's Initial packet (A.2).
const CLIENT_INITIALS: [(Version, &str); 2] = [
    (
        Version::V1,
        "
         c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab
         7df5976d27cd449f63300099f3991c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c8eb7539e
         c4d4905fed1bee1fc8aafba17c750e2c7ace01e6005f80fcb7df621230c83711b39343fa028cea7f7fb5ff89eac2308249a0
         2252155e2347b63d58c5457afd84d05dfffdb20392844ae812154682e9cf012f9021a6f0be17ddd0c2084dce25ff9b06cde5
         35d0f920a2db1bf362c23e596d11a4f5a6cf3948838a3aec4e15daf8500a6ef69ec4e3feb6b1d98e610ac8b7ec3faf6ad760
         b7bad1db4ba3485e8a94dc250ae3fdb41ed15fb6a8e5eba0fc3dd60bc8e30c5c4287e53805db059ae0648db2f64264ed5e39
         be2e20d82df566da8dd5998ccabdae053060ae6c7b4378e846d29f37ed7b4ea9ec5d82e7961b7f25a9323851f681d582363a
         a5f89937f5a67258bf63ad6f1a0b1d96dbd4faddfcefc5266ba6611722395c906556be52afe3f565636ad1b17d508b73d874
         3eeb524be22b3dcbc2c7468d54119c7468449a13d8e3b95811a198f3491de3e7fe942b330407abf82a4ed7c1b311663ac698
         90f4157015853d91e923037c227a33cdd5ec281ca3f79c44546b9d90ca00f064c99e3dd97911d39fe9c5d0b23a229a234cb3
         6186c4819e8b9c5927726632291d6a418211cc2962e20fe47feb3edf330f2c603a9d48c0fcb5699dbfe5896425c5bac4aee8
         2e57a85aaf4e2513e4f05796b07ba2ee47d80506f8d2c25e50fd14de71e6c418559302f939b0e1abd576f279c4b2e0feb85c
         1f28ff18f58891ffef132eef2fa09346aee33c28eb130ff28f5b766953334113211996d20011a198e3fc433f9f2541010ae1
         7c1bf202580f6047472fb36857fe843b19f5984009ddc324044e847a4f4a0ab34f719595de37252d6235365e9b84392b0610
         85349d73203a4a13e96f5432ec0fd4a1ee65accdd5e3904df54c1da510b0ff20dcc0c77fcb2c0e0eb605cb0504db87632cf3
         d8b4dae6e705769d1de354270123cb11450efc60ac47683d7b8d0f811365565fd98c4c8eb936bcab8d069fc33bd801b03ade
         a2e1fbc5aa463d08ca19896d2bf59a071b851e6c239052172f296bfb5e72404790a2181014f3b94a4e97d117b438130368cc
         39dbb2d198065ae3986547926cd2162f40a29f0c3c8745c0f50fba3852e566d44575c29d39a03f0cda721984b6f440591f35
         5e12d439ff150aab7613499dbd49adabc8676eef023b15b65bfc5ca06948109f23f350db82123535eb8a7433bdabcb909271
         a6ecbcb58b936a88cd4e8f2e6ff5800175f113253d8fa9ca8885c2f552e657dc603f252e1a8e308f76f0be79e2fb8f5d5fbb
         e2e30ecadd220723c8c0aea8078cdfcb3868263ff8f0940054da48781893a7e49ad5aff4af300cd804a6b6279ab3ff3afb64
         491c85194aab760d58a606654f9f4400e8b38591356fbf6425aca26dc85244259ff2b19c41b9f96f3ca9ec1dde434da7d2d3
         92b905ddf3d1f9af93d1af5950bd493f5aa731b4056df31bd267b6b90a079831aaf579be0a39013137aac6d404f518cfd468
         40647e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241e221af44860018ab0856972e194cd934",
    ),
    (
        Version::V2,
        "
         d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071bf03dceebfa162e75d6c9605
         8bdbfb127cdfcbf903388e99ad049f9a3dd4425ae4d0992cfff18ecf0fdb5a842d09747052f17ac2053d21f57c5d250f2c4f
         0e0202b70785b7946e992e58a59ac52dea6774d4f03b55545243cf1a12834e3f249a78d395e0d18f4d766004f1a2674802a7
         47eaa901c3f10cda5500cb9122faa9f1df66c392079a1b40f0de1c6054196a11cbea40afb6ef5253cd6818f6625efce3b6de
         f6ba7e4b37a40f7732e093daa7d52190935b8da58976ff3312ae50b187c1433c0f028edcc4c2838b6a9bfc226ca4b4530e7a
         4ccee1bfa2a3d396ae5a3fb512384b2fdd851f784a65e03f2c4fbe11a53c7777c023462239dd6f7521a3f6c7d5dd3ec9b3f2
         33773d4b46d23cc375eb198c63301c21801f6520bcfb7966fc49b393f0061d974a2706df8c4a9449f11d7f3d2dcbb90c6b87
         7045636e7c0c0fe4eb0f697545460c806910d2c355f1d253bc9d2452aaa549e27a1fac7cf4ed77f322e8fa894b6a83810a34
         b361901751a6f5eb65a0326e07de7c1216ccce2d0193f958bb3850a833f7ae432b65bc5a53975c155aa4bcb4f7b2c4e54df1
         6efaf6ddea94e2c50b4cd1dfe06017e0e9d02900cffe1935e0491d77ffb4fdf85290fdd893d577b1131a610ef6a5c32b2ee0
         293617a37cbb08b847741c3b8017c25ca9052ca1079d8b78aebd47876d330a30f6a8c6d61dd1ab5589329de714d19d61370f
         8149748c72f132f0fc99f34d766c6938597040d8f9e2bb522ff99c63a344d6a2ae8aa8e51b7b90a4a806105fcbca31506c44
         6151adfeceb51b91abfe43960977c87471cf9ad4074d30e10d6a7f03c63bd5d4317f68ff325ba3bd80bf4dc8b52a0ba03175
         8022eb025cdd770b44d6d6cf0670f4e990b22347a7db848265e3e5eb72dfe8299ad7481a408322cac55786e52f633b2fb6b6
         14eaed18d703dd84045a274ae8bfa73379661388d6991fe39b0d93debb41700b41f90a15c4d526250235ddcd6776fc77bc97
         e7a417ebcb31600d01e57f32162a8560cacc7e27a096d37a1a86952ec71bd89a3e9a30a2a26162984d7740f81193e8238e61
         f6b5b984d4d3dfa033c1bb7e4f0037febf406d91c0dccf32acf423cfa1e7071010d3f270121b493ce85054ef58bada423101
         38fe081adb04e2bd901f2f13458b3d6758158197107c14ebb193230cd1157380aa79cae1374a7c1e5bbcb80ee23e06ebfde2
         06bfb0fcbc0edc4ebec309661bdd908d532eb0c6adc38b7ca7331dce8dfce39ab71e7c32d318d136b6100671a1ae6a6600e3
         899f31f0eed19e3417d134b90c9058f8632c798d4490da4987307cba922d61c39805d072b589bd52fdf1e86215c2d54e6670
         e07383a27bbffb5addf47d66aa85a0c6f9f32e59d85a44dd5d3b22dc2be80919b490437ae4f36a0ae55edf1d0b5cb4e9a3ec
         abee93dfc6e38d209d0fa6536d27a5d6fbb17641cde27525d61093f1b28072d111b2b4ae5f89d5974ee12e5cf7d5da4d6a31
         123041f33e61407e76cffcdcfd7e19ba58cf4b536f4c4938ae79324dc402894b44faf8afbab35282ab659d13c93f70412e85
         cb199a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb69745a262ccde96ba18b2faa745b6fe189cf772a9f84cbfc",
    ),
];

/// The server's Initial packet (A.3).
pub(super) const SERVER_INITIALS: [(Version, &str); 2] = [
    (
        Version::V1,
        "
         cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5
         a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4
         cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee",
    ),
    (
        Version::V2,
        "
         dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf8726301791
         5358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707
         f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140",
    ),
];

/// The server's Retry in answer to the client's packet (A.4).
const RETRIES: [(Version, &str); 2] = [
    (Version::V1, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"),
    (Version::V2, "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6"),
];

/// Returns the bytes in hex, blanks passed over.
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Returns the only packet of a datagram.
fn only(datagram: &[u8]) -> Long<'_> {
    let mut rest = datagram;
    let Some(Packet::Long(long)) = packet::next(&mut rest) else { panic!("no packet with a long header") };
    assert!(rest.is_empty(), "nothing behind it");
    long
}

#[test]
fn clients_packet_of_both_versions_opens_to_its_frames() {
    for (version, packet) in CLIENT_INITIALS {
        let bytes = hex(packet);
        assert_eq!(bytes.len(), 1200);
        let long = only(&bytes);
        assert_eq!(
            (long.kind, long.version, long.dcid, long.scid),
            (Kind::Initial, version, &DCID[..], &[][..])
        );
        let frames = Keys::derive(version, &DCID).unwrap().client.open(&long).unwrap();
        let mut wanted = hex(CLIENT_FRAME);
        wanted.resize(1162, 0);
        assert_eq!(frames, wanted, "{version:?}");
    }
}

#[test]
fn clients_packet_is_sealed_as_published() {
    for (version, packet) in CLIENT_INITIALS {
        let wanted = hex(packet);
        let mut frames = hex(CLIENT_FRAME);
        frames.resize(1162, 0);
        // The first byte without its protection: a packet number of four bytes.
        let first = wanted[0] & 0xf0 | 3;
        let header = [&[first], &wanted[1..18]].concat();
        assert_eq!(Keys::derive(version, &DCID).unwrap().client.seal(&header, 2, &frames), wanted);
    }
}

#[test]
fn published_packets_of_both_sides_are_one_handshake() {
    for ((version, client), (_, server)) in CLIENT_INITIALS.into_iter().zip(SERVER_INITIALS) {
        let mut shared = Shared::default();
        let mut quic = Quic::new(shared.budget.share(), shared.budget.share());
        quic.datagram(&mut shared, Timestamp(1), Direction::Orig, &hex(client));
        quic.datagram(&mut shared, Timestamp(2), Direction::Resp, &hex(server));
        let (handshake, connections) = quic.finish();
        let handshake = handshake.unwrap();
        assert_eq!(handshake.ssl_history, "Cs");
        assert_eq!(handshake.server_name.as_deref(), Some("example.com"));
        assert_eq!(handshake.version, Some(crate::tls::Version::TLS13));
        assert_eq!(handshake.cipher, Some(crate::tls::CipherSuite(0x1301)));
        let [connection] = &connections[..] else { panic!("{connections:?}") };
        assert_eq!(connection.version, version.name());
        assert_eq!(connection.client_initial_dcid.as_deref(), Some("8394c8f03e515708"));
        assert_eq!(connection.server_scid.as_deref(), Some("f067a5502a4262b5"));
        assert_eq!(connection.client_protocol.as_deref(), Some("alpn"));
        assert_eq!(connection.history, "ISis");
        assert_eq!(shared.weirds, crate::Weirds::default());
    }
}

#[test]
fn published_retry_ends_what_the_client_began() {
    for ((version, client), (_, retry)) in CLIENT_INITIALS.into_iter().zip(RETRIES) {
        let bytes = hex(retry);
        let long = only(&bytes);
        assert_eq!((long.kind, long.version, long.scid), (Kind::Retry, version, &SERVER_CID[..]));
        let mut shared = Shared::default();
        let mut quic = Quic::new(shared.budget.share(), shared.budget.share());
        quic.datagram(&mut shared, Timestamp(1), Direction::Orig, &hex(client));
        quic.datagram(&mut shared, Timestamp(2), Direction::Resp, &bytes);
        // What follows goes to the server's own identifier, whose keys are other ones.
        let again = Keys::derive(version, &SERVER_CID).unwrap();
        let header = [&hex(client)[..5], &[8], &SERVER_CID, &[0, 5], b"token", &[0x44, 0x9e]].concat();
        let header = [&[header[0] & 0xf0 | 3], &header[1..]].concat();
        let mut frames = hex(CLIENT_FRAME);
        frames.resize(1162, 0);
        quic.datagram(&mut shared, Timestamp(3), Direction::Orig, &again.client.seal(&header, 3, &frames));
        let histories: Vec<_> = quic.finish().1.into_iter().map(|connection| connection.history).collect();
        assert_eq!(histories, ["ISr", "IS"], "{version:?}");
    }
}
