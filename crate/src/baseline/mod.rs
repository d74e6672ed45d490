//! What is normal in one network, learned from traffic that its reader knows to be normal: a threshold that flags at most
//! a given share of it, and what was seen there.
//!
//! A profile is JSON. It holds no address and no name of the network unless the reader asks for them, but salted hashes.

mod seen;
mod threshold;

use crate::error::{Error, Phrase};
use crate::report::{Judged, JudgedTuple, ProfileCard};
use crate::verdict::{Model, Verdict};
use data_encoding::HEXLOWER;
use seen::{Seen, Writing};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Version of the layout of a profile.
const VERSION: u32 = 1;

/// Most services that a profile lists.
const MAX_SERVICES: usize = 1000;

/// A profile of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    hushcap_profile: u32,
    model: ModelId,
    /// Share of normal tuples that the threshold flags at most.
    share: f64,
    /// Normal tuples that it was made of.
    tuples: u64,
    /// Score above which a tuple is flagged.
    threshold: f64,
    writing: Writing,
    /// Services that the model flags in the normal traffic, by tuples.
    services: Vec<Service>,
    seen: Seen,
}

/// The model that a profile belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelId {
    name: String,
    sha256: String,
}

/// A service that is normal and flagged by the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its server name, else its address, as the profile writes them.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// Tuples that go there.
    pub tuples: u64,
    /// The highest of their scores.
    pub score: f64,
}

/// Normal traffic, as far as it was learned.
#[derive(Debug)]
pub struct Normal {
    model: ModelId,
    writing: Writing,
    scores: Vec<f64>,
    services: BTreeMap<(String, u16), (u64, f64)>,
    seen: Seen,
}

impl Normal {
    /// Nothing so far. `salt` is random; without one, addresses and names are written as they are.
    pub fn new(model: &Model, salt: Option<[u8; 16]>) -> Result<Self, Error> {
        let writing = salt.map_or(Writing::Plain, Writing::salted);
        let (scores, services, seen) = (Vec::new(), BTreeMap::new(), Seen::default());
        Ok(Normal { model: ModelId::of(model)?, writing, scores, services, seen })
    }

    /// Learns what one input holds. Tuples that cannot be judged have no score.
    pub fn learn(&mut self, judged: &Judged) {
        for JudgedTuple { outline, score, .. } in &judged.tuples {
            self.seen.add(outline, &self.writing);
            if outline.verdict != Verdict::Undecided {
                self.scores.push(*score);
            }
            if outline.verdict == Verdict::MalwareLike {
                let address = outline.resp_h.to_string();
                let name = self.writing.write(outline.server_names.first().unwrap_or(&address));
                let (tuples, highest) = self.services.entry((name, outline.resp_p)).or_insert((0, 0.0));
                *tuples += 1;
                *highest = score.max(*highest);
            }
        }
    }

    /// Returns the profile whose threshold flags at most `share` of such traffic; refused where too little was learned
    /// for that.
    pub fn profile(&self, share: f64) -> Result<Profile, Error> {
        if !(share > 0.0 && share < 1.0) {
            return Err(Error::Profile(Phrase::ShareOutOfRange.with([("share", share.to_string().into())])));
        }
        let tuples = self.scores.len() as u64;
        let threshold = threshold::threshold(&self.scores, share).ok_or_else(|| {
            let needed = threshold::needed(share);
            Error::Profile(Phrase::TooFewTuples.with([
                ("tuples", tuples.into()),
                ("percent", (share * 100.0).to_string().into()),
                ("needed", needed.into()),
            ]))
        })?;
        let service = |(&(ref name, port), &(tuples, score)): (&(String, u16), &(u64, f64))| Service {
            name: name.clone(),
            port,
            tuples,
            score,
        };
        let mut services: Vec<Service> = self.services.iter().map(service).collect();
        services.sort_by_key(|service| std::cmp::Reverse(service.tuples));
        services.truncate(MAX_SERVICES);
        let (model, writing, seen) = (self.model.clone(), self.writing.clone(), self.seen.clone());
        Ok(Profile { hushcap_profile: VERSION, model, share, tuples, threshold, writing, services, seen })
    }
}

impl Profile {
    /// Reads a profile for `model`; refused if it is of another model or version.
    pub fn read(json: &str, model: &Model) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            hushcap_profile: u32,
        }
        let refused = |cause: serde_json::Error| {
            Error::Profile(Phrase::NotAProfile.with([("cause", cause.to_string().into())]))
        };
        let Version { hushcap_profile: version } = serde_json::from_str(json).map_err(refused)?;
        if version != VERSION {
            let versions = [("version", version.to_string().into()), ("ours", VERSION.to_string().into())];
            return Err(Error::Profile(Phrase::ProfileVersion.with(versions)));
        }
        let profile: Profile = serde_json::from_str(json).map_err(refused)?;
        let model = ModelId::of(model)?;
        if profile.model != model {
            let (made, now) = (profile.model, model);
            return Err(Error::Profile(Phrase::ProfileOfAnotherModel.with([
                ("made", made.name.as_str().into()),
                ("made_sha256", short(&made.sha256).into()),
                ("now", now.name.as_str().into()),
                ("now_sha256", short(&now.sha256).into()),
            ])));
        }
        Ok(profile)
    }

    /// Writes it as JSON.
    pub fn write(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self)
            .map_err(|cause| Error::Profile(Phrase::NotAProfile.with([("cause", cause.to_string().into())])))
    }

    /// Services that the model flags in the normal traffic, those with most tuples first.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// It in a few words.
    pub fn card(&self) -> ProfileCard {
        ProfileCard { share: self.share, tuples: self.tuples, threshold: self.threshold }
    }

    /// Adds to a judged input the verdicts by this profile, and what is new since.
    pub fn judge(&self, judged: &mut Judged) {
        judged.head.profile = Some(self.card());
        judged.tuples.iter_mut().for_each(|tuple| self.judge_tuple(tuple));
    }

    /// Adds them to one tuple.
    pub fn judge_tuple(&self, tuple: &mut JudgedTuple) {
        let outline = &mut tuple.outline;
        outline.new_since_baseline = self.seen.new_of(outline, &self.writing);
        outline.profile_verdict =
            Some(self.verdict(outline.verdict, tuple.score, outline.known.iter().any(|known| known.flags)));
    }

    /// Returns the verdict in this network. A default of attack software flags here too.
    fn verdict(&self, verdict: Verdict, score: f64, default: bool) -> Verdict {
        match verdict {
            Verdict::Undecided => Verdict::Undecided,
            _ if default || score > self.threshold => Verdict::MalwareLike,
            _ => Verdict::Ordinary,
        }
    }
}

impl ModelId {
    /// Returns the model by its name and the SHA-256 of all that it decides by.
    fn of(model: &Model) -> Result<Self, Error> {
        let bytes = model.forest().encode()?;
        Ok(ModelId { name: model.forest().name.clone(), sha256: HEXLOWER.encode(&Sha256::digest(bytes)) })
    }
}

/// Returns the start of a hash, by which a reader tells two apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::Analyzer;

    fn model() -> Model {
        Model::builtin(None).unwrap()
    }

    fn judged(fixture: &str, model: &Model) -> Judged {
        let path = format!("{}/../tests/fixtures/{fixture}", env!("CARGO_MANIFEST_DIR"));
        let mut analyzer = Analyzer::new(fixture);
        analyzer.push(&std::fs::read(path).unwrap()).unwrap();
        analyzer.finish().unwrap().judge(model)
    }

    fn learned(salt: Option<[u8; 16]>) -> (Profile, Model) {
        let model = model();
        let mut normal = Normal::new(&model, salt).unwrap();
        normal.learn(&judged("browsing.pcap", &model));
        (normal.profile(0.5).unwrap(), model)
    }

    #[test]
    fn a_profile_reads_back_and_knows_what_it_saw() {
        let (profile, model) = learned(Some([7; 16]));
        let read = Profile::read(&profile.write().unwrap(), &model).unwrap();
        assert_eq!(read, profile);
        let mut again = judged("browsing.pcap", &model);
        read.judge(&mut again);
        assert_eq!(again.head.profile, Some(profile.card()));
        assert!(again.tuples.iter().all(|tuple| tuple.outline.new_since_baseline.is_empty()));
        let mut other = judged("beacon.pcap", &model);
        read.judge(&mut other);
        assert!(other.tuples.iter().any(|tuple| !tuple.outline.new_since_baseline.is_empty()));
        assert!(other.tuples.iter().all(|tuple| tuple.outline.profile_verdict.is_some()));
    }

    #[test]
    fn a_profile_names_nothing_unless_it_is_asked_to() {
        let model = model();
        let input = judged("browsing.pcap", &model);
        let salted = learned(Some([7; 16])).0.write().unwrap();
        let plain = learned(None).0.write().unwrap();
        let names = input.tuples.iter().flat_map(|tuple| &tuple.outline.server_names);
        let addresses = input.tuples.iter().map(|tuple| tuple.outline.resp_h.to_string());
        let mut found = 0;
        for value in names.cloned().chain(addresses) {
            assert!(!salted.contains(&value), "{value}");
            found += usize::from(plain.contains(&value));
        }
        assert!(found > 0);
    }

    #[test]
    fn another_salt_gives_other_hashes() {
        assert_ne!(learned(Some([7; 16])).0.seen, learned(Some([8; 16])).0.seen);
    }

    #[test]
    fn too_little_traffic_for_a_small_share_is_refused() {
        let model = model();
        let mut normal = Normal::new(&model, None).unwrap();
        normal.learn(&judged("browsing.pcap", &model));
        let message = normal.profile(0.001).unwrap_err().to_string();
        assert!(message.contains("at least 999 are needed"), "{message}");
        assert!(normal.profile(0.0).is_err() && normal.profile(f64::NAN).is_err());
    }

    #[test]
    fn profiles_of_another_model_or_version_are_refused() {
        let (profile, model) = learned(None);
        let json = profile.write().unwrap();
        let other = Model::names().find(|name| *name != model.forest().name).unwrap();
        let message = Profile::read(&json, &Model::builtin(Some(other)).unwrap()).unwrap_err().to_string();
        assert!(message.contains("made for the model"), "{message}");
        let newer = json.replace("\"hushcap_profile\": 1", "\"hushcap_profile\": 2");
        assert!(Profile::read(&newer, &model).unwrap_err().to_string().contains("version 2"));
        for text in ["", "{}", "[]", "{\"hushcap_profile\": 1}"] {
            assert!(Profile::read(text, &model).is_err(), "{text}");
        }
    }
}
