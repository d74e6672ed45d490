//! What the rules say a tuple may be for, over the labelled captures: shown, not judged, because labels and rules come
//! from the same kind of evidence.

use hushcap::analyze::Analyzer;
use hushcap::verdict::purpose::{Scene, purpose};
use hushcap_tests::shared::shared;
use hushcap_tests::table::{say, table};
use hushcap_tests::tsv::Tsv;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Tuples of one role, or of all, by what they are given.
type Counts = BTreeMap<(String, &'static str), u64>;

#[test]
fn purposes_of_the_labelled_tuples_of_malware_captures() {
    let Some(root) = shared("corpus") else { return };
    let labels = Tsv::open(&root.join("LABELS.tsv")).expect("LABELS.tsv");
    let mut roles: HashMap<String, HashMap<String, String>> = HashMap::new();
    for row in labels.maps() {
        let cell = |name: &str| row.get(name).copied().unwrap_or_default().to_owned();
        if cell("capture").starts_with("malware/") {
            let key = ["orig_h", "resp_h", "resp_p", "proto"].map(cell).join(" ");
            roles.entry(cell("capture")).or_default().insert(key, cell("role"));
        }
    }
    let (mut by_purpose, mut by_rule, mut found) = (Counts::new(), Counts::new(), 0);
    for (capture, roles) in &roles {
        let mut analyzer = Analyzer::new(capture);
        let bytes = std::fs::read(root.join("captures").join(capture)).expect("a capture of the corpus");
        analyzer.push(&bytes).expect("a capture that can be read");
        let analysis = analyzer.finish().expect("a capture that can be read");
        let tuples = analysis.tuples();
        for (tuple, scene) in tuples.iter().zip(Scene::all(&tuples)) {
            let Some(role) = roles.get(&tuple.key.to_string()) else { continue };
            let evidence = purpose(&scene, false);
            let (name, rule) = evidence.map_or(("-", "-"), |it| (it.purpose().name(), it.rule()));
            *by_purpose.entry((role.clone(), name)).or_default() += 1;
            *by_rule.entry((role.clone(), rule)).or_default() += 1;
            found += 1;
        }
    }
    say(&confusion("purpose", &by_purpose));
    say(&confusion("rule", &by_rule));
    assert!(found > 0, "no labelled tuple was found");
}

/// Roles across, what was given down.
fn confusion(what: &str, counts: &Counts) -> String {
    let roles: BTreeSet<&str> = counts.keys().map(|(role, _)| role.as_str()).collect();
    let given: BTreeSet<&'static str> = counts.keys().map(|(_, given)| *given).collect();
    let rows: Vec<Vec<String>> = given
        .iter()
        .map(|given| {
            let cell =
                |role: &&str| counts.get(&((*role).to_owned(), *given)).copied().unwrap_or(0).to_string();
            std::iter::once((*given).to_owned()).chain(roles.iter().map(cell)).collect()
        })
        .collect();
    table(&std::iter::once(what).chain(roles).collect::<Vec<_>>(), &rows)
}
