//! Features → `Verdict`: the model, the score and what explains it.
