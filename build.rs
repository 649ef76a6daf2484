//! The sources → the version under which the cache keeps what was read.
//!
//! A cache must never hand out what another reader wrote. Nobody has to remember to count a number up: the version is a
//! checksum of the sources themselves and of the versions of what they are built with.
//!
//! And what the program is linked with on Linux.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let mut files = Vec::new();
    for root in ["src", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={root}");
        collect(Path::new(root), &mut files);
    }
    files.sort();
    // FNV-1a, 64 bits: enough to tell versions of one program apart.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let text = std::fs::read(&file).unwrap_or_default();
        for byte in text.iter().filter(|byte| **byte != b'\r') {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=GATE_SOURCES={hash:016x}");
    unwind();
}

/// Has the unwinder built in where the C compiler brings one to build in: a library less to look for whenever the program starts.
fn unwind() {
    println!("cargo::rerun-if-env-changed=CC");
    let is_gnu = ["TARGET", "HOST"]
        .map(std::env::var)
        .iter()
        .all(|triple| triple.as_ref().is_ok_and(|triple| triple.ends_with("-linux-gnu")));
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let asked = Command::new(compiler).arg("-print-file-name=libgcc_eh.a").output();
    let found = asked.ok().and_then(|asked| String::from_utf8(asked.stdout).ok());
    if is_gnu && found.is_some_and(|found| Path::new(found.trim()).is_absolute()) {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
