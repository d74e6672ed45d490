//! What all connections of a run share.

use super::budget::Budget;
use super::certificates::{Certificates, Fingerprint, Kept};
use crate::capture::Timestamp;
use crate::error::Weirds;
use std::collections::BTreeMap;

/// What all connections of a run share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Every certificate that was sent in the clear.
    pub certificates: Certificates,
    /// Oddities met in handshakes.
    pub weirds: Weirds,
    /// How often a bound cut something short, by bound.
    pub limits_hit: BTreeMap<&'static str, u64>,
    pub(super) budget: Budget,
}

impl Shared {
    pub(super) fn see_certificate(
        &mut self,
        ts: Timestamp,
        der: &[u8],
        host_cert: bool,
        client_cert: bool,
    ) -> Fingerprint {
        let (fingerprint, kept) = self.certificates.see(ts, der, host_cert, client_cert);
        if kept == Kept::StoreIsFull {
            *self.limits_hit.entry("certificates").or_default() += 1;
        }
        fingerprint
    }
}
