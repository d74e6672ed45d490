//! When connections end by themselves: Zeek's timeouts, driven by packet time.

use crate::capture::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const SECOND: i64 = 1_000_000_000;

/// `tcp_inactivity_timeout`
const TCP_INACTIVITY: i64 = 300 * SECOND;

/// `udp_inactivity_timeout`; TCP has it, too, until its handshake is done. ICMP's is the same.
const INACTIVITY: i64 = 60 * SECOND;

/// `tcp_attempt_delay`
const ATTEMPT_DELAY: i64 = 5 * SECOND;

/// `tcp_close_delay`
const CLOSE_DELAY: i64 = 5 * SECOND;

/// `tcp_SYN_timeout`: the first look for connections that linger.
const FIRST_LOOK: i64 = 5 * SECOND;

/// `tcp_session_timer`: time between two such looks.
const LOOK_INTERVAL: i64 = 6 * SECOND;

/// `tcp_connection_linger`: silence that makes such a look end a half-closed connection.
const LINGER: i64 = 5 * SECOND;

/// `port_inactivity_timeouts`: for TCP services that people use by hand.
const INTERACTIVE: i64 = 3_600 * SECOND;

/// `dns_session_timeout`: time between two looks for DNS exchanges that are over.
const DNS_INTERVAL: i64 = 10 * SECOND;

/// Silence that makes such a look end the flow: a second less than the interval.
const DNS_SILENCE: i64 = 9 * SECOND;

const NEVER: i64 = i64::MAX;

/// Where the clock stops: behind it there must be room for each timeout, or a deadline would be mistaken for none.
const LATEST: Moment = NEVER - 86_400 * SECOND;

/// A moment of the table's clock, in nanoseconds. The clock is the latest packet time so far: it never runs backwards.
pub(super) type Moment = i64;

/// Deadlines of one connection.
#[derive(Debug)]
pub(super) struct Deadlines {
    created: Moment,
    last: Moment,
    attempt: Moment,
    half_closed: Moment,
    close: Moment,
    inactivity: i64,
    /// Next look at a DNS exchange. Zeek looks when the first packet behind that moment comes, and counts from there.
    dns_look: Moment,
    /// The moment for which the queue holds this connection.
    pub(super) queued: Moment,
}

impl Deadlines {
    /// Deadlines of a connection that begins now.
    pub(super) fn new(now: Moment) -> Self {
        Deadlines {
            created: now,
            last: now,
            attempt: NEVER,
            half_closed: NEVER,
            close: NEVER,
            inactivity: INACTIVITY,
            dns_look: NEVER,
            queued: NEVER,
        }
    }

    /// A packet came that counts.
    pub(super) fn touch(&mut self, now: Moment) {
        self.last = now;
    }

    /// The long inactivity timeout applies, a very long one where people type.
    pub(super) fn establish(&mut self, is_interactive: bool) {
        self.inactivity = if is_interactive { INTERACTIVE } else { TCP_INACTIVITY };
    }

    /// The flow is DNS, which ends soon after the answer.
    pub(super) fn expect_dns(&mut self) {
        self.dns_look = self.created.saturating_add(DNS_INTERVAL);
    }

    /// Takes the look at a DNS exchange that is due; says whether the exchange is over.
    pub(super) fn look(&mut self, now: Moment) -> bool {
        if self.dns_look > now {
            return false;
        }
        self.dns_look = now.saturating_add(DNS_INTERVAL);
        now.saturating_sub(self.last) >= DNS_SILENCE
    }

    /// A SYN waits for its answer.
    pub(super) fn attempt(&mut self, now: Moment) {
        self.attempt = now.saturating_add(ATTEMPT_DELAY);
    }

    /// One side closed.
    pub(super) fn half_close(&mut self) {
        self.half_closed = self.last;
    }

    /// Both sides closed, or as good as.
    pub(super) fn close(&mut self) {
        self.close = self.last.saturating_add(CLOSE_DELAY);
    }

    /// Returns the next moment at which the connection ends, or is looked at, if no packet comes.
    pub(super) fn due(&self, is_attempt: bool, is_lingering: bool) -> Moment {
        let mut due = self.last.saturating_add(self.inactivity).min(self.close).min(self.dns_look);
        if is_attempt {
            due = due.min(self.attempt);
        }
        if is_lingering && self.close == NEVER {
            let silent = self.last.saturating_add(LINGER);
            due = due.min(next_look(self.created.saturating_add(FIRST_LOOK), LOOK_INTERVAL, silent));
            due = due.min(next_look(self.half_closed.saturating_add(LOOK_INTERVAL), LOOK_INTERVAL, silent));
        }
        due
    }
}

/// Returns the first of the moments `first`, `first` + `interval`, … after `silent`.
fn next_look(first: Moment, interval: i64, silent: Moment) -> Moment {
    if first > silent {
        return first;
    }
    let looks = silent.saturating_sub(first) / interval + 1;
    first.saturating_add(looks.saturating_mul(interval))
}

/// One entry of the queue: the table checks on it whether it still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// When it comes up.
    pub(super) due: Moment,
    /// Which connection it means, by order of creation: connections due at once end in that order.
    pub(super) serial: u64,
    /// Where the connection is.
    pub(super) slot: u32,
}

/// Connections by the moment at which to look at them next.
///
/// Most packets only put a deadline off. That leaves the queue alone: the entry comes up, is found too early, and goes
/// back.
#[derive(Debug, Default)]
pub(super) struct Queue {
    now: Moment,
    started: bool,
    heap: BinaryHeap<Reverse<Entry>>,
}

impl Queue {
    /// Sets the clock to a packet's time, unless that is earlier, and returns it.
    pub(super) fn advance(&mut self, ts: Timestamp) -> Moment {
        let ts = ts.0.min(LATEST);
        if !self.started || ts > self.now {
            self.now = ts;
            self.started = true;
        }
        self.now
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, entry: Entry) {
        self.heap.push(Reverse(entry));
    }

    /// Returns the earliest entry that is due by now.
    pub(super) fn pop_due(&mut self) -> Option<Entry> {
        let Reverse(first) = self.heap.peek()?;
        if first.due > self.now {
            return None;
        }
        self.pop()
    }

    /// Returns the earliest entry.
    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.heap.pop().map(|Reverse(entry)| entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_at_intervals_after_silence() {
        assert_eq!([3, 5, 14, 15].map(|silent| next_look(5, 10, silent)), [5, 15, 15, 25]);
    }

    #[test]
    fn the_clock_does_not_run_backwards() {
        let mut queue = Queue::default();
        assert_eq!(queue.advance(Timestamp(-7)), -7);
        assert_eq!(queue.advance(Timestamp(10)), 10);
        assert_eq!(queue.advance(Timestamp(3)), 10);
    }

    #[test]
    fn deadlines_exist_at_the_latest_time_that_a_capture_can_hold() {
        let mut queue = Queue::default();
        let now = queue.advance(Timestamp(i64::MAX));
        for is_interactive in [false, true] {
            let mut deadlines = Deadlines::new(now);
            deadlines.establish(is_interactive);
            assert!((now..NEVER).contains(&deadlines.due(false, false)));
        }
    }

    #[test]
    fn entries_come_up_by_moment_then_by_age() {
        let mut queue = Queue::default();
        for (due, serial) in [(2, 1), (1, 3), (1, 2), (9, 0)] {
            queue.push(Entry { due, serial, slot: 0 });
        }
        queue.advance(Timestamp(5));
        let serials: Vec<u64> = std::iter::from_fn(|| queue.pop_due()).map(|entry| entry.serial).collect();
        assert_eq!(serials, [2, 3, 1]);
    }
}
