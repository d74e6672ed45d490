//! Features → [`Verdict`]: the model, the score and what explains it.
//!
//! A model is an artefact of the `models` workspace member: a forest in one flat array, checked before it is used.

mod check;
mod columns;
mod counterfactual;
pub mod evidence;
mod explanation;
mod forest;
pub mod known;
mod model;
mod profile;
pub mod purpose;
mod score;

pub use counterfactual::{Change, Counterfactuals};
pub use explanation::{Explanation, Share};
pub use forest::{Aggregation, Forest, MAX_DEPTH, Node, OutputSpace, Rate};
pub use model::Model;
pub use profile::Profile;
pub use purpose::Purpose;
pub use score::{Judgement, Verdict, answered};
