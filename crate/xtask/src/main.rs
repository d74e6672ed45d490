//! The workspace's build tool: `cargo xtask serve | test | build | gen`.

fn main() {}
