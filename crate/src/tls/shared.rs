//! What all connections of a run share.

use super::budget::Budget;
use super::certificates::{Certificates, Fingerprint, Kept};
use crate::Limit;
use crate::capture::Timestamp;
use crate::{LimitsHit, Weirds};

/// What all connections of a run share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Every certificate that was sent in the clear.
    pub certificates: Certificates,
    /// Oddities met in handshakes.
    pub weirds: Weirds,
    /// How often a bound cut something short, by bound.
    pub limits_hit: LimitsHit,
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
            self.limits_hit.count(Limit::Certificates);
        }
        fingerprint
    }
}
