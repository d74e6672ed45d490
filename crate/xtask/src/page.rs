//! The page: wasm module, bundle, server and pictures.

use crate::setup::{self, WASM_TARGET, cargo, command, modified, root, run};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Stdio;

/// Builds the page into `dist/`.
pub fn build() -> Result<()> {
    setup::wasm_target()?;
    setup::npm_packages()?;
    let module = module()?;
    run(command("node").arg("www/build.mjs").arg("--wasm-dir").arg(module).args(["--out", "dist"]))
}

/// Builds the page and serves `dist/` on localhost until interrupted.
pub fn serve(port: Option<u16>) -> Result<()> {
    build()?;
    let port = port.map_or(String::new(), |port| port.to_string());
    println!("Open the address below in a browser; a sample capture is one click away. Ctrl-C ends it.");
    // npm puts the program itself in place of its script, so that node cannot be what starts it. It serves for as long as
    // its input is open: one that is held here, so that the command also serves where it has none.
    let mut server = command(root().join("www/node_modules/esbuild/bin/esbuild"))
        .args(["--servedir=dist", "--log-level=info"])
        .arg(format!("--serve=127.0.0.1:{port}"))
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot start the server")?;
    let input = server.stdin.take();
    let status = server.wait()?;
    drop(input);
    ensure!(status.success(), "the server ended with {status}");
    Ok(())
}

/// Takes the README's pictures from the built page.
pub fn pictures() -> Result<()> {
    build()?;
    run(command("node")
        .arg("www/pictures.mjs")
        .env("CHROMIUM", setup::chromium(setup::Install::AsRoot)?)
        .env("HUSHCAP_DIST", root().join("dist")))
}

/// Compiles, binds and optimises the wasm module; gives the folder that holds it with its JavaScript.
fn module() -> Result<std::path::PathBuf> {
    run(cargo()
        .args([
            "build",
            "--quiet",
            "--package",
            "hushcap",
            "--lib",
            "--no-default-features",
            "--features",
            "page",
        ])
        .args(["--profile", "wasm", "--target", WASM_TARGET]))?;
    let target = target_directory();
    let compiled = target.join(WASM_TARGET).join("wasm/hushcap.wasm");
    let folder = target.join("wasm-bindgen");
    let optimised = folder.join("hushcap_bg.wasm");
    if modified(&optimised).is_some() && modified(&optimised) > modified(&compiled) {
        return Ok(folder);
    }
    bind(&compiled, &folder)?;
    optimise(&optimised)?;
    Ok(folder)
}

fn bind(compiled: &Path, folder: &Path) -> Result<()> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .generate(folder)
        .with_context(|| format!("cannot bind {}", compiled.display()))
}

/// Runs `wasm-opt` in place; renames at the end, so that a module there is always complete.
fn optimise(module: &Path) -> Result<()> {
    let bound = module.with_extension("bound.wasm");
    let optimised = module.with_extension("optimised.wasm");
    std::fs::rename(module, &bound)?;
    run(command("node")
        .arg("www/node_modules/binaryen/bin/wasm-opt")
        .args([
            "-O3",
            "--enable-bulk-memory",
            "--enable-bulk-memory-opt",
            "--enable-nontrapping-float-to-int",
        ])
        .args([
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-reference-types",
            "--enable-multivalue",
        ])
        .arg(&bound)
        .arg("-o")
        .arg(&optimised))?;
    std::fs::rename(&optimised, module)?;
    std::fs::remove_file(&bound)?;
    Ok(())
}

/// Returns where cargo puts what it builds.
pub fn target_directory() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}
