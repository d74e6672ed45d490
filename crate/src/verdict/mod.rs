//! Features → [`Verdict`]: the model, the score and what explains it.
//!
//! A model is an artefact of the `models` workspace member: a forest in one flat array, checked before it is used.

mod check;
mod columns;
mod counterfactual;
mod explanation;
mod model;
mod profile;
pub mod purpose;
mod score;

pub use counterfactual::{Change, Counterfactuals};
pub use explanation::{Explanation, Share};
pub use model::{Aggregation, Forest, MAX_DEPTH, Model, Node, OutputSpace};
pub use profile::Profile;
pub use score::{Judgement, Verdict, answered};
