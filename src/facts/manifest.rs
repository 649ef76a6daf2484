//! `Cargo.toml` → packages, targets and dependencies, as written.

use serde::{Deserialize, Serialize};

use crate::basis::Site;

/// What one `Cargo.toml` says. Paths are as written, relative to the file's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `[package]`; `None` for a virtual workspace.
    pub package: Option<Package>,
    /// `[dependencies]` and its kin, target tables included.
    pub dependencies: Vec<DependencyLine>,
    /// `[workspace]`.
    pub workspace: Option<Workspace>,
    /// Why the file could not be read as TOML, with the byte it was noticed at.
    pub unreadable: Option<(u32, Box<str>)>,
}

/// `[package]` and the targets of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// `name`, as written (with `-`).
    pub name: Box<str>,
    /// `edition`; `None` when it is inherited (`edition.workspace = true`); 2015 when there is no such key.
    pub edition: Option<u16>,
    /// `[lib]`, with or without the key; `path` is `None` where Cargo's convention decides.
    pub library: Option<Target>,
    /// `[[bin]]`, `[[example]]`, `[[test]]`, `[[bench]]` in order.
    pub targets: Vec<Target>,
    /// `autobins`, `autoexamples`, `autotests`, `autobenches`, in this order; `true` when not said.
    pub auto: [bool; 4],
    /// `build = "build.rs"`; `Some("")` for `build = false`; `None` where Cargo's convention decides.
    pub build: Option<Box<str>>,
    /// The features that `default` turns on, closed over `[features]`.
    pub default_features: Vec<Box<str>>,
}

/// A declared target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// `name`, as written; `None` for a `[lib]` without one.
    pub name: Option<Box<str>>,
    /// `path`, as written.
    pub path: Option<Box<str>>,
    /// `proc-macro = true`.
    pub proc_macro: bool,
}

/// What a target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// The library.
    #[default]
    Library,
    /// A binary.
    Binary,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// The build script.
    Build,
}

/// In which table a dependency stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Section {
    /// `[dependencies]`.
    #[default]
    Normal,
    /// `[dev-dependencies]`.
    Dev,
    /// `[build-dependencies]`.
    Build,
}

/// One dependency as a manifest writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencyLine {
    /// The key: the name that code uses (with `-`).
    pub key: Box<str>,
    /// `package = "…"`: the real name when the dependency is renamed.
    pub package: Option<Box<str>>,
    /// `path = "…"`.
    pub path: Option<Box<str>>,
    /// The version requirement as written.
    pub version: Option<Box<str>>,
    /// `workspace = true`: the rest stands in the workspace's manifest.
    pub workspace: bool,
    /// `optional = true`.
    pub optional: bool,
    /// The table.
    pub section: Section,
    /// `[target.'cfg(…)'.…]`: the text between the quotes.
    pub platform: Option<Box<str>>,
    /// The key and its value.
    pub site: Site,
}

/// `[workspace]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// `members`, as written (globs included).
    pub members: Vec<Box<str>>,
    /// `exclude`, as written.
    pub exclude: Vec<Box<str>>,
    /// `[workspace.dependencies]`.
    pub dependencies: Vec<DependencyLine>,
    /// `[workspace.package] edition`.
    pub edition: Option<u16>,
}

/// Stub.
pub fn read(text: &str) -> Manifest {
    let Ok(t) = text.parse::<toml::Table>() else {
        return Manifest { unreadable: Some((0, "x".into())), ..Manifest::default() };
    };
    let mut m = Manifest::default();
    let deps = |t: &toml::Table, key: &str, section: Section| -> Vec<DependencyLine> {
        t.get(key)
            .and_then(|d| d.as_table())
            .into_iter()
            .flatten()
            .map(|(k, v)| {
                let s = |f: &str| v.get(f).and_then(|x| x.as_str()).map(Box::from);
                let b = |f: &str| v.get(f).and_then(|x| x.as_bool()).unwrap_or(false);
                DependencyLine {
                    key: k.as_str().into(),
                    package: s("package"),
                    path: s("path"),
                    version: s("version"),
                    workspace: b("workspace"),
                    optional: b("optional"),
                    section,
                    platform: None,
                    site: Site::default(),
                }
            })
            .collect()
    };
    if let Some(p) = t.get("package").and_then(|p| p.as_table()) {
        let ed = p.get("edition");
        let mut pk = Package {
            name: p.get("name").and_then(|n| n.as_str()).unwrap_or("").into(),
            auto: [true; 4],
            ..Package::default()
        };
        pk.edition = match ed {
            None => Some(2015),
            Some(toml::Value::String(s)) => s.parse().ok(),
            _ => None,
        };
        let tg = |v: &toml::Value, kind| Target {
            kind,
            name: v.get("name").and_then(|x| x.as_str()).map(Box::from),
            path: v.get("path").and_then(|x| x.as_str()).map(Box::from),
            proc_macro: false,
        };
        pk.library = t.get("lib").map(|l| tg(l, TargetKind::Library));
        for (k, kind) in [
            ("bin", TargetKind::Binary),
            ("test", TargetKind::Test),
            ("bench", TargetKind::Bench),
            ("example", TargetKind::Example),
        ] {
            for v in t.get(k).and_then(|b| b.as_array()).into_iter().flatten() {
                pk.targets.push(tg(v, kind));
            }
        }
        m.package = Some(pk);
    }
    m.dependencies.extend(deps(&t, "dependencies", Section::Normal));
    m.dependencies.extend(deps(&t, "dev-dependencies", Section::Dev));
    m.dependencies.extend(deps(&t, "build-dependencies", Section::Build));
    for (_, pt) in t.get("target").and_then(|x| x.as_table()).into_iter().flatten() {
        if let Some(pt) = pt.as_table() {
            m.dependencies.extend(deps(pt, "dependencies", Section::Normal));
        }
    }
    if let Some(w) = t.get("workspace").and_then(|w| w.as_table()) {
        m.workspace = Some(Workspace {
            members: vec![],
            exclude: vec![],
            dependencies: deps(w, "dependencies", Section::Normal),
            edition: w
                .get("package")
                .and_then(|p| p.get("edition"))
                .and_then(|e| e.as_str())
                .and_then(|e| e.parse().ok()),
        });
    }
    m
}
