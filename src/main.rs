//! x
#![allow(clippy::all, reason = "x")]
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let dir = std::env::current_dir().unwrap();
    if a[1] == "model" {
        let m = gate::model(&gate::ModelOptions { directory: dir, revision: a.get(2).filter(|x| !x.starts_with('-')).cloned(), worktree: false }).unwrap();
        let deps: Vec<_> = m.dependencies.iter().map(|d| serde_json::json!({"from": d.from.as_str(), "to": d.to.as_str(), "to_module": d.to_module.as_str(), "named": d.named, "kind": d.kind.as_str(), "role": d.role.as_str(), "package": d.package, "target": d.target, "file": d.file.to_string(), "line": d.line})).collect();
        let ext: Vec<_> = m.external.iter().map(|d| serde_json::json!({"from": d.from.as_str(), "to": d.to, "file": d.file.to_string(), "line": d.line})).collect();
        let un: Vec<_> = m.unjudged.iter().map(|d| serde_json::json!({"reason": d.reason.as_str(), "text": d.text, "file": d.file.to_string(), "line": d.line})).collect();
        println!("{}", serde_json::json!({"endpoints": [], "dependencies": deps, "external": ext, "unjudged": un, "files": m.files}));
    }
}
