//! The text of a `Cargo.toml` → a [`Manifest`].
//!
//! What a manifest leaves to Cargo's conventions, to the workspace or to the file system is left open. A value of the wrong
//! type counts as absent: Cargo itself will say so. How deep values and keys may nest is bounded by the TOML parser. Source:
//! The Cargo Book, "The Manifest Format" and "Workspaces".

use toml::de::{DeTable, DeValue};

use super::manifest::{DependencyLine, Manifest, Package, Patch, Section, Target, TargetKind, Workspace};
use crate::basis::{LineIndex, Site, Span};

/// Tables of dependencies by their names, the old spellings last.
const SECTIONS: [(&str, Section); 5] = [
    ("dependencies", Section::Normal),
    ("dev-dependencies", Section::Dev),
    ("build-dependencies", Section::Build),
    ("dev_dependencies", Section::Dev),
    ("build_dependencies", Section::Build),
];

/// What the manifest `text` says.
pub fn manifest(text: &str) -> Manifest {
    match DeTable::parse(text) {
        Ok(table) => Reader { text, lines: LineIndex::new(text) }.manifest(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let line = LineIndex::new(text).position(text, Span::new(at, at).start).line;
            let unreadable = Some((line, error.message().into()));
            Manifest { unreadable, ..Manifest::default() }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    lines: LineIndex,
}

impl Reader<'_> {
    fn manifest(&self, root: &DeTable<'_>) -> Manifest {
        let package = table(root, "package").or_else(|| table(root, "project"));
        Manifest {
            package: package.map(|package| read_package(package, root)),
            dependencies: self.dependencies(root),
            workspace: table(root, "workspace").map(|workspace| self.workspace(workspace)),
            patches: self.patches(root),
            unreadable: None,
        }
    }

    fn workspace(&self, workspace: &DeTable<'_>) -> Workspace {
        let mut dependencies = Vec::new();
        if let Some(lines) = table(workspace, "dependencies") {
            self.section(lines, Section::Normal, None, &mut dependencies);
        }
        Workspace {
            members: strings(workspace, "members"),
            exclude: strings(workspace, "exclude"),
            dependencies,
            edition: table(workspace, "package")
                .and_then(|package| text(package, "edition"))
                .and_then(|edition| edition.parse().ok()),
        }
    }

    fn patches(&self, root: &DeTable<'_>) -> Vec<Patch> {
        let mut patches = Vec::new();
        for (of, value) in table(root, "patch").into_iter().flat_map(DeTable::iter) {
            let mut lines = Vec::new();
            if let Some(listed) = value.get_ref().as_table() {
                self.section(listed, Section::Normal, None, &mut lines);
            }
            patches.extend(lines.into_iter().map(|line| Patch { of: of.get_ref().as_ref().into(), line }));
        }
        patches
    }

    /// All dependencies, those of target tables included, in the order of the text.
    fn dependencies(&self, root: &DeTable<'_>) -> Vec<DependencyLine> {
        let mut lines = Vec::new();
        for (name, section) in SECTIONS {
            if let Some(listed) = table(root, name) {
                self.section(listed, section, None, &mut lines);
            }
        }
        for (platform, value) in table(root, "target").into_iter().flat_map(DeTable::iter) {
            for (name, section) in SECTIONS {
                if let Some(listed) = value.get_ref().as_table().and_then(|tables| table(tables, name)) {
                    self.section(listed, section, Some(platform.get_ref()), &mut lines);
                }
            }
        }
        lines.sort_by_key(|line| line.site.span);
        lines
    }

    fn section(
        &self,
        listed: &DeTable<'_>,
        section: Section,
        platform: Option<&str>,
        lines: &mut Vec<DependencyLine>,
    ) {
        let first = lines.len();
        for (key, value) in listed {
            let details = value.get_ref().as_table();
            let detail = |name: &str| details.and_then(|details| text(details, name));
            let flag = |name: &str| details.is_some_and(|details| flag(details, name) == Some(true));
            let mut span = key.span();
            span.end = span.end.max(value.span().end);
            for (inner_key, inner) in details.into_iter().flat_map(DeTable::iter) {
                span.start = span.start.min(inner_key.span().start);
                span.end = span.end.max(inner.span().end);
            }
            lines.push(DependencyLine {
                key: key.get_ref().as_ref().into(),
                package: detail("package"),
                path: detail("path"),
                git: detail("git"),
                version: value.get_ref().as_str().map(Into::into).or_else(|| detail("version")),
                workspace: flag("workspace"),
                optional: flag("optional"),
                section,
                platform: platform.map(Into::into),
                site: self.site(span.start.min(key.span().start), span.end),
            });
        }
        lines[first..].sort_by_key(|line| line.site.span);
    }

    fn site(&self, start: usize, end: usize) -> Site {
        let span = Span::new(start, end);
        let position = self.lines.position(self.text, span.start);
        Site { span, line: position.line, column: position.column }
    }
}

fn read_package(package: &DeTable<'_>, root: &DeTable<'_>) -> Package {
    let kinds = [
        ("bin", "autobins", TargetKind::Binary),
        ("example", "autoexamples", TargetKind::Example),
        ("test", "autotests", TargetKind::Test),
        ("bench", "autobenches", TargetKind::Bench),
    ];
    let mut targets = Vec::new();
    for (name, _, kind) in kinds {
        let listed = root.get(name).and_then(|listed| listed.get_ref().as_array());
        for entry in listed.into_iter().flat_map(|listed| listed.iter()) {
            if let Some(entry) = entry.get_ref().as_table() {
                targets.push(read_target(entry, kind));
            }
        }
    }
    Package {
        name: text(package, "name").unwrap_or_default(),
        edition: match package.get("edition").map(|edition| edition.get_ref()) {
            Some(DeValue::String(edition)) => edition.parse().ok(),
            Some(DeValue::Table(_)) => None,
            Some(
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_),
            )
            | None => Some(2015),
        },
        workspace: text(package, "workspace"),
        library: table(root, "lib").map(|library| read_target(library, TargetKind::Library)),
        targets,
        auto: kinds.map(|(_, automatic, _)| flag(package, automatic).unwrap_or(true)),
        build: match flag(package, "build") {
            Some(false) => Some(Box::default()),
            Some(true) | None => text(package, "build"),
        },
        default_features: default_features(root),
    }
}

fn read_target(entry: &DeTable<'_>, kind: TargetKind) -> Target {
    let proc_macro = flag(entry, "proc-macro").or_else(|| flag(entry, "proc_macro"));
    Target {
        kind,
        name: text(entry, "name"),
        path: text(entry, "path"),
        proc_macro: proc_macro.unwrap_or(false),
    }
}

/// The features that `default` turns on, in the order in which they are reached; what belongs to dependencies (`dep:x`,
/// `x/y`) left out.
fn default_features(root: &DeTable<'_>) -> Vec<Box<str>> {
    let Some(features) = table(root, "features") else { return Vec::new() };
    let mut known = std::collections::BTreeSet::new();
    let mut reached = strings(features, "default");
    let mut next = 0;
    while next < reached.len() {
        let feature = reached[next].clone();
        if feature.contains(['/', ':']) || !known.insert(feature.clone()) {
            reached.remove(next);
            continue;
        }
        reached.extend(strings(features, &feature));
        next += 1;
    }
    reached
}

fn table<'v, 'i>(around: &'v DeTable<'i>, key: &str) -> Option<&'v DeTable<'i>> {
    around.get(key).and_then(|value| value.get_ref().as_table())
}

fn text(around: &DeTable<'_>, key: &str) -> Option<Box<str>> {
    around.get(key).and_then(|value| value.get_ref().as_str()).map(Into::into)
}

fn flag(around: &DeTable<'_>, key: &str) -> Option<bool> {
    around.get(key).and_then(|value| value.get_ref().as_bool())
}

fn strings(around: &DeTable<'_>, key: &str) -> Vec<Box<str>> {
    let listed = around.get(key).and_then(|value| value.get_ref().as_array());
    let texts = listed.into_iter().flat_map(|listed| listed.iter());
    texts.filter_map(|value| value.get_ref().as_str()).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: &DependencyLine) -> String {
        let mut shown = format!("{}:{} {}", line.site.line, line.site.column, line.key);
        let mut add = |key: &str, value: &Option<Box<str>>| {
            if let Some(value) = value {
                shown.push_str(&format!(" {key}={value}"));
            }
        };
        add("package", &line.package);
        add("path", &line.path);
        add("git", &line.git);
        add("version", &line.version);
        add("platform", &line.platform);
        let flags = [("workspace", line.workspace), ("optional", line.optional)];
        let section = match line.section {
            Section::Normal => "",
            Section::Dev => " dev",
            Section::Build => " build",
        };
        let flags: String = flags.iter().filter(|(_, on)| *on).map(|(name, _)| format!(" {name}")).collect();
        shown + &flags + section
    }

    fn lines(dependencies: &[DependencyLine]) -> String {
        dependencies.iter().map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn dependencies_in_every_spelling() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let read = manifest(text);
            assert_eq!(read.unreadable, None);
            assert_eq!(lines(&read.dependencies), expected);
        }
        check(
            "[dependencies]\na = \"1\"\nb-c = { path = \"../b\", optional = true }",
            "2:1 a version=1; 3:1 b-c path=../b optional",
        );
        check(
            "[dependencies]\ndb = { package = \"sqlx\", version = \"0.8\" }",
            "2:1 db package=sqlx version=0.8",
        );
        check(
            "[dependencies]\nb.workspace = true\na.version = \"1\"\na.optional = true",
            "2:1 b workspace; 3:1 a version=1 optional",
        );
        check(
            "[dependencies.a]\nversion = \"1\"\n[dependencies.b]\nworkspace = true",
            "1:15 a version=1; 3:15 b workspace",
        );
        check("dependencies = { a = \"1\" }", "1:18 a version=1");
        check(
            "[dev-dependencies]\na = \"1\"\n[build-dependencies]\nb = \"1\"",
            "2:1 a version=1 dev; 4:1 b version=1 build",
        );
        check(
            "[dev_dependencies]\na = \"1\"\n[build_dependencies]\nb = \"1\"",
            "2:1 a version=1 dev; 4:1 b version=1 build",
        );
        check(
            "[target.'cfg(unix)'.dependencies]\na = \"1\"\n[target.x86_64.dev-dependencies]\nb = \"1\"",
            "2:1 a version=1 platform=cfg(unix); 4:1 b version=1 platform=x86_64 dev",
        );
        check(
            "[target.\"cfg(unix)\".dependencies.a]\nversion = \"1\"",
            "1:34 a version=1 platform=cfg(unix)",
        );
        check("[dependencies]\na = 1\n\"b\" = []", "2:1 a; 3:1 b");
        check("[dependencies]\na = { git = \"g\" }", "2:1 a git=g");
    }

    #[test]
    fn patches() {
        let patches = |text: &str| -> Vec<String> {
            let shown = |patch: &Patch| format!("{} {}", patch.of, line(&patch.line));
            manifest(text).patches.iter().map(shown).collect()
        };
        assert_eq!(
            patches(
                "[patch.crates-io]\na = { path = \"a\" }\nb.git = \"g\"\n[patch.'https://x/y']\nc.path = \"c\""
            ),
            ["crates-io 2:1 a path=a", "crates-io 3:1 b git=g", "https://x/y 5:1 c path=c"],
        );
        assert_eq!(patches("patch = 1"), [""; 0]);
        assert_eq!(patches("[patch]\na = 1"), [""; 0]);
    }

    #[test]
    fn sites_cover_key_and_value() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(&text[manifest(text).dependencies[0].site.span.range()], expected);
        }
        check("[dependencies]\na = \"1\" # c\n", "a = \"1\"");
        check("[dependencies]\na = { version = \"1\" }\n", "a = { version = \"1\" }");
        check("[dependencies]\na.version = \"1\"\n", "a.version = \"1\"");
        check("[dependencies.a]\nversion = \"1\"\n", "a]\nversion = \"1\"");
    }

    #[test]
    fn packages() {
        let read = |text: &str| manifest(text).package.expect("a package");
        let edition = |line: &str| read(&format!("[package]\nname = \"a-b\"\n{line}")).edition;
        assert_eq!(edition(""), Some(2015));
        assert_eq!(edition("edition = \"2024\""), Some(2024));
        assert_eq!(edition("edition.workspace = true"), None);
        assert_eq!(edition("edition = { workspace = true }"), None);
        assert_eq!(&*read("[project]\nname = \"x\"").name, "x");
        assert_eq!(read("[package]\nworkspace = \"..\"").workspace.as_deref(), Some(".."));
        assert_eq!(read("[package]\nworkspace = {}").workspace, None);
        let build = |line: &str| read(&format!("[package]\n{line}")).build;
        assert_eq!(build(""), None);
        assert_eq!(build("build = false").as_deref(), Some(""));
        assert_eq!(build("build = \"b.rs\"").as_deref(), Some("b.rs"));
        assert_eq!(read("[package]\nautotests = false\nautobins = false").auto, [false, true, false, true]);
    }

    #[test]
    fn targets() {
        let read =
            |text: &str| manifest(&format!("[package]\nname = \"p\"\n{text}")).package.expect("a package");
        assert_eq!(read("").library, None);
        let library =
            read("[lib]\nname = \"l\"\npath = \"l.rs\"\nproc-macro = true").library.expect("a library");
        assert_eq!((library.name.as_deref(), library.path.as_deref()), (Some("l"), Some("l.rs")));
        assert!(library.proc_macro);
        let shown: Vec<String> = read("[[bin]]\nname = \"a\"\npath = \"a.rs\"\n[[test]]\nname = \"t\"\n[[bin]]\nname = \"b\"\n[[example]]\n[[bench]]")
            .targets
            .iter()
            .map(|target| format!("{:?} {}", target.kind, target.name.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(shown.join("; "), "Binary a; Binary b; Example -; Test t; Bench -");
    }

    #[test]
    fn default_features_are_closed() {
        #[track_caller]
        fn check(features: &str, expected: &str) {
            let read = manifest(&format!("[package]\n[features]\n{features}")).package.expect("a package");
            assert_eq!(read.default_features.join(" "), expected);
        }
        check("", "");
        check(
            "default = [\"a\", \"b\"]\na = [\"c\", \"dep:x\", \"y/z\", \"w?/v\"]\nc = [\"a\"]\nd = []",
            "a b c",
        );
        check("default = [\"default\"]", "default");
    }

    #[test]
    fn workspaces() {
        let read = manifest(
            "[workspace]\nmembers = [\"a\", \"crates/*\"]\nexclude = [\"old\"]\n[workspace.package]\nedition = \"2021\"\n[workspace.dependencies]\nx = { path = \"x\" }\n",
        );
        assert_eq!(read.package, None);
        let workspace = read.workspace.expect("a workspace");
        assert_eq!(workspace.members.join(" "), "a crates/*");
        assert_eq!(workspace.exclude.join(" "), "old");
        assert_eq!(workspace.edition, Some(2021));
        assert_eq!(lines(&workspace.dependencies), "7:1 x path=x");
    }

    #[test]
    fn what_is_no_toml_says_where() {
        #[track_caller]
        fn check(text: &str, line: u32) {
            let read = manifest(text);
            assert_eq!(read.unreadable.map(|(line, _)| line), Some(line), "{text}");
            assert_eq!(read.package, None);
        }
        check("[package\n", 1);
        check("a = \"1\"\nb = \n", 2);
        check("a = 1\na = 2\n", 2);
    }

    #[test]
    fn hostile_texts_end() {
        let table = format!("a = {}", "{a=".repeat(100_000));
        let array = "a = [".to_owned() + &"[".repeat(100_000);
        let inline = format!("a = {{ {}a = 1 }}", "a.".repeat(100_000));
        let keys = format!("{}a = 1", "a.".repeat(100_000));
        let header = format!("[{}a]", "a.".repeat(100_000));
        for text in [table, array, inline, keys, header, "\0".to_owned(), "\u{feff}[package]".to_owned()] {
            let _read = manifest(&text);
        }
    }
}
