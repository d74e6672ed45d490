//! Messages as a sender may make them.

use super::message::{Extent, MAX_ANSWERS, Message};
use super::{DnsStream, Exchange, Shared};
use crate::Limit;
use crate::capture::Timestamp;
use crate::flow::{ConnId, Direction, Proto};

/// Returns a header: identifier, flags, and counts of questions and answers.
fn header(id: u16, flags: u16, questions: u16, answers: u16) -> Vec<u8> {
    [id, flags, questions, answers, 0, 0].iter().flat_map(|word| word.to_be_bytes()).collect()
}

const REPLY: u16 = 0x8180;

/// `www.example`, type A, class IN.
const QUESTION: &[u8] = b"\x03www\x07example\x00\x00\x01\x00\x01";

/// Returns a record of type A with the name that begins behind the header.
fn address(last: u8) -> Vec<u8> {
    [&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4][..], &[192, 0, 2, last]].concat()
}

fn reply(answers: u16) -> Vec<u8> {
    let records: Vec<u8> = (0..answers).flat_map(|at| address(at as u8)).collect();
    [header(7, REPLY, 1, answers), QUESTION.to_vec(), records].concat()
}

fn id(resp_p: u16) -> ConnId {
    let (orig_h, resp_h) = ([192, 0, 2, 1].into(), [192, 0, 2, 53].into());
    ConnId { orig_h, orig_p: 40_000, resp_h, resp_p }
}

/// Returns the exchanges of messages of a UDP flow, from originator and responder in turn.
fn exchanges(messages: &[Vec<u8>]) -> (Vec<Exchange>, Shared) {
    let mut shared = Shared::default();
    let mut stream = DnsStream::at_port(&id(53), Proto::Udp, &shared).unwrap();
    for (at, message) in messages.iter().enumerate() {
        let from = if at % 2 == 0 { Direction::Orig } else { Direction::Resp };
        stream.datagram(&mut shared, Timestamp(at as i64 * 1_000_000), from, message);
    }
    (stream.finish(&mut shared), shared)
}

#[test]
fn a_query_and_its_reply_are_one_exchange() {
    let query = [header(7, 0x0100, 1, 0), QUESTION.to_vec()].concat();
    let (found, shared) = exchanges(&[query, reply(2)]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].query.as_deref(), Some("www.example"));
    assert_eq!(found[0].answers, ["192.0.2.0".into(), "192.0.2.1".into()]);
    assert_eq!((found[0].ttls.clone(), found[0].rd), (vec![60, 60], true));
    assert_eq!(shared.weirds.iter().count(), 0);
}

#[test]
fn a_name_that_points_at_itself_ends_the_message() {
    let itself = [header(7, REPLY, 1, 0), vec![0xc0, 12, 0, 1, 0, 1]].concat();
    let forward = [header(7, REPLY, 1, 0), vec![0xc0, 40, 0, 1, 0, 1]].concat();
    let each_other = [header(7, REPLY, 1, 0), vec![0xc0, 14, 0xc0, 12, 0, 1, 0, 1]].concat();
    for bytes in [itself, forward, each_other] {
        let message = Message::read(&bytes, false).unwrap();
        assert_eq!((message.extent, message.question), (Extent::Damaged, None));
    }
}

#[test]
fn answers_beyond_the_bound_are_counted_and_left_out() {
    let (found, shared) = exchanges(&[Vec::new(), reply(4_000)]);
    assert_eq!(found[0].answers.len(), MAX_ANSWERS);
    assert_eq!(shared.limits_hit.get(Limit::DnsAnswers), 1);
    assert_eq!(shared.weirds.iter().collect::<Vec<_>>(), [("dns_message_shorter_than_header", 1)]);
}

#[test]
fn counts_beyond_the_message_do_no_harm() {
    let bytes = [header(7, REPLY, 1, 65_535), QUESTION.to_vec(), address(1)].concat();
    let message = Message::read(&bytes, false).unwrap();
    assert_eq!((message.extent, message.answers.len()), (Extent::Damaged, 1));
    let bytes = [header(7, 0, 65_535, 0), QUESTION.to_vec()].concat();
    assert_eq!(Message::read(&bytes, false).unwrap().extent, Extent::NotDns);
}

#[test]
fn what_stands_before_a_cut_is_kept() {
    let whole = reply(3);
    for length in 0..whole.len() {
        let Some(message) = Message::read(&whole[..length], false) else { continue };
        assert_eq!(message.extent, Extent::Damaged, "{length}");
        let behind = length.saturating_sub(12 + QUESTION.len());
        assert_eq!(message.answers.len(), behind / address(0).len(), "{length}");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let whole = reply(2);
    for at in 0..whole.len() {
        for value in [0, 1, 0x3f, 0x40, 0xc0, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            for is_netbios in [false, true] {
                let _ = Message::read(&bytes, is_netbios);
            }
        }
    }
    for kind in [1_u16, 2, 6, 15, 16, 28, 29, 33, 35, 38, 43, 44, 46, 47, 48, 50, 99, 65_534, 9] {
        for length in 0..24_u16 {
            let head = [&[0xc0, 12][..], &kind.to_be_bytes(), &[0, 1, 0, 0, 0, 60]].concat();
            let data: Vec<u8> = (0..length).map(|at| 200 + at as u8).collect();
            let bytes =
                [header(7, REPLY, 1, 1), QUESTION.to_vec(), head, length.to_be_bytes().to_vec(), data]
                    .concat();
            let _ = Message::read(&bytes, false);
        }
    }
}

#[test]
fn messages_over_tcp_are_the_same_however_they_are_cut() {
    let query = [header(7, 0x0100, 1, 0), QUESTION.to_vec()].concat();
    let framed = |message: &[u8]| [&(message.len() as u16).to_be_bytes()[..], message].concat();
    let (query, reply) = (framed(&query), framed(&reply(40)));
    let run = |size: usize| {
        let mut shared = Shared::default();
        let mut stream = DnsStream::at_port(&id(53), Proto::Tcp, &shared).unwrap();
        for (from, bytes) in [(Direction::Orig, &query), (Direction::Resp, &reply)] {
            for part in bytes.chunks(size) {
                stream.data(&mut shared, Timestamp(1), from, part);
            }
        }
        stream.finish(&mut shared)
    };
    assert_eq!(run(usize::MAX)[0].answers.len(), 40);
    for size in [1, 2, 3, 7, 100] {
        assert_eq!(run(size), run(usize::MAX), "{size}");
    }
}

#[test]
fn a_reply_of_the_supposed_originator_says_that_the_ends_change_places() {
    let mut shared = Shared::default();
    let mut stream = DnsStream::at_port(&id(53), Proto::Udp, &shared).unwrap();
    stream.datagram(&mut shared, Timestamp(0), Direction::Orig, &reply(1));
    assert!(stream.take_reversal() && !stream.take_reversal());
}

#[test]
fn other_ports_are_not_followed() {
    let shared = Shared::default();
    assert!(DnsStream::at_port(&id(443), Proto::Udp, &shared).is_none());
    assert!(DnsStream::at_port(&id(5_353), Proto::Tcp, &shared).is_none());
}
