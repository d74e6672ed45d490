//! Trains and evaluates the models that the crate embeds.

fn main() {}
