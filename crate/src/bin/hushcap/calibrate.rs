//! `hushcap calibrate`: traffic that is known to be normal → a profile of its network.

use crate::output::Outputs;
use crate::{Inputs, each, io_error};
use hushcap::Error;
use hushcap::baseline::{Normal, Profile};
use hushcap::text::visible;
use hushcap::verdict::Model;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Services that are printed before the rest is counted.
const SERVICES_SHOWN: usize = 20;

/// Learns all inputs, writes the profile and says what it would flag.
pub fn calibrate(
    inputs: &Inputs,
    outputs: &Outputs,
    out: &Path,
    share: f64,
    plain: bool,
    model: Option<&str>,
) -> Result<ExitCode, Error> {
    outputs.check(out)?;
    let model = Model::builtin(model)?;
    let mut normal = Normal::new(&model, (!plain).then(salt))?;
    let mut named = Normal::new(&model, None)?;
    let code = each(inputs, |_, analysis| {
        let judged = analysis.judge(&model);
        normal.learn(&judged);
        named.learn(&judged);
        Ok(())
    })?;
    let profile = normal.profile(share)?;
    let json = profile.write()?;
    outputs.write(out, |file| writeln!(file, "{json}").map_err(|source| io_error(out, source)))?;
    say(out, &profile, &named.profile(share)?);
    Ok(code)
}

/// Reads a profile that [`calibrate`] wrote.
pub fn read(path: &Path, model: &Model) -> Result<Profile, Error> {
    let json = std::fs::read_to_string(path).map_err(|source| io_error(path, source))?;
    Profile::read(&json, model)
}

/// `named` is the same profile with names, for the eyes of whoever made it.
fn say(out: &Path, profile: &Profile, named: &Profile) {
    let card = profile.card();
    println!(
        "{}: {} normal destinations; above a score of {:.3} at most {} % of such are flagged",
        visible(&out.to_string_lossy()),
        card.tuples,
        card.threshold,
        card.share * 100.0
    );
    let services = named.services();
    if services.is_empty() {
        println!("the model flags none of them");
        return;
    }
    println!("services that the model flags although they are normal here:");
    for service in services.iter().take(SERVICES_SHOWN) {
        let name = visible(&service.name);
        println!("  {name}:{} in {} tuples, score up to {:.3}", service.port, service.tuples, service.score);
    }
    if services.len() > SERVICES_SHOWN {
        println!("  and {} more", services.len() - SERVICES_SHOWN);
    }
}

/// A salt that the operating system's randomness seeds: it need not be secret, but differ from profile to profile.
fn salt() -> [u8; 16] {
    let [a, b] = [(); 2].map(|()| RandomState::new().hash_one(0).to_le_bytes());
    std::array::from_fn(|place| a.iter().chain(&b).nth(place).copied().unwrap_or_default())
}
