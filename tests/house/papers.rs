//! The laws about what is written beside the code: rules' pages, documents, scripts, the list of dependencies.

use std::collections::BTreeSet;

use super::support::page::Page;
use super::{House, broken};

const LINES_OF_ARCHITECTURE: usize = 200;

/// A rule is one file, one page, one row.
pub(crate) fn rules(house: &House) -> Vec<String> {
    let stems = |ending: &str, paths: Vec<&str>| -> BTreeSet<String> {
        let stem = |path: &str| Some(path.strip_prefix("src/rules/")?.strip_suffix(ending)?.to_owned());
        paths.into_iter().filter_map(stem).collect()
    };
    let states_a_rule = |text: &str| text.contains("RULE: Rule");
    let rules = house.sources.iter().filter(|source| states_a_rule(&source.code));
    let rules = stems(".rs", rules.map(|source| source.path.as_str()).collect());
    let pages = stems(".md", house.papers.keys().map(String::as_str).collect());
    let table = house.sources.iter().find(|source| source.path == "src/rules/mod.rs");
    let rows: BTreeSet<String> = table
        .map(|source| {
            source.code.lines().filter_map(|line| Some(line.trim().strip_suffix("::RULE,")?.to_owned()))
        })
        .map(Iterator::collect)
        .unwrap_or_default();
    let mut found = Vec::new();
    for stem in rules.iter().chain(&pages).chain(&rows).collect::<BTreeSet<_>>() {
        for (has, what) in [
            (rules.contains(stem), format!("src/rules/{stem}.rs states no rule")),
            (pages.contains(stem), format!("src/rules/{stem}.md is not there")),
            (rows.contains(stem), format!("`{stem}::RULE,` is no row of RULES")),
        ] {
            if !has {
                found.push(broken(&format!("src/rules/{stem}"), 1, &what));
            }
        }
    }
    found
}

/// Every rule's page shows a change on which the rule fires and one on which it is silent.
pub(crate) fn pages(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let pages =
        house.papers.iter().filter(|(path, _)| path.starts_with("src/rules/") && path.ends_with(".md"));
    for (path, text) in pages {
        let stem = path.trim_start_matches("src/rules/").trim_end_matches(".md");
        let name = stem.replace('_', "-");
        if !text.starts_with(&format!("# `{name}`\n")) {
            found.push(broken(path, 1, &format!("the page begins with # `{name}`")));
        }
        for part in ["**What.**", "**Why.**", "**Way out.**", "**Cannot see.**"] {
            if !text.contains(part) {
                found.push(broken(path, 1, &format!("the page has no {part}")));
            }
        }
        let outcomes = match outcomes(text, &name) {
            Ok(outcomes) => outcomes,
            Err((line, message)) => {
                found.push(broken(path, line, &message));
                continue;
            }
        };
        // A page without any record is not this law's business: no case of it passes.
        for (fires, what) in [(true, "fires"), (false, "is silent")] {
            if !outcomes.is_empty() && !outcomes.contains(&fires) {
                found.push(broken(path, 1, &format!("no case on which the rule {what}")));
            }
        }
    }
    found
}

/// Whether the rule fires, for each case whose expected output was recorded.
fn outcomes(text: &str, rule: &str) -> Result<Vec<bool>, (usize, String)> {
    let page = Page::parse(text)?;
    let mut outcomes = Vec::new();
    for case in &page.cases {
        for block in &case.blocks {
            let printed = page.steps(block)?.unwrap_or_default().into_iter().map(|step| step.expected);
            let printed: String = printed.collect();
            if !printed.is_empty() {
                outcomes.push(printed.contains(&format!("[{rule}]")));
            }
        }
    }
    Ok(outcomes)
}

/// `ARCHITECTURE.md` knows every room, is short, and names only tests that are there.
pub(crate) fn architecture(house: &House) -> Vec<String> {
    const PATH: &str = "ARCHITECTURE.md";
    let Some(text) = house.papers.get(PATH) else { return vec![broken(PATH, 1, "is not there")] };
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > LINES_OF_ARCHITECTURE {
        found.push(broken(PATH, 1, &format!("{lines} lines; {LINES_OF_ARCHITECTURE} are the most")));
    }
    let rooms: BTreeSet<&str> = house.shipped().map(super::code::Source::room).collect();
    for room in rooms.into_iter().filter(|room| !matches!(*room, "lib" | "main")) {
        if !text.contains(&format!("src/{room}/")) {
            found.push(broken(PATH, 1, &format!("does not name `src/{room}/`")));
        }
    }
    for (line, target, test) in tests_named(text) {
        let is_target = |path: &str| {
            path == format!("tests/{target}.rs") || path.starts_with(&format!("tests/{target}/"))
        };
        let mut files = house.sources.iter().filter(|source| is_target(&source.path));
        if !files.any(|source| source.code.contains(&format!("fn {test}()"))) {
            found.push(broken(PATH, line, &format!("there is no test `{target}::{test}`")));
        }
    }
    found
}

/// Tests that a text names like `house::floors`, of targets that every reader knows.
fn tests_named(text: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (line, words) in (1..).zip(text.lines()) {
        for quoted in words.split('`').skip(1).step_by(2) {
            if let Some((
                target @ ("house" | "pages" | "readme" | "cli" | "hooks" | "action" | "git"),
                test,
            )) = quoted.split_once("::")
            {
                found.push((line, target.to_owned(), test.to_owned()));
            }
        }
    }
    found
}

/// Relative links of documents lead somewhere.
pub(crate) fn links(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in house.papers.iter().filter(|(path, _)| path.ends_with(".md")) {
        let mut fenced = false;
        for (line, words) in (1..).zip(text.lines()) {
            fenced ^= words.starts_with("```");
            let targets = words.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            for target in targets.filter(|target| !fenced && !target.is_empty() && !target.contains("://")) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                if !house.exists(folder, target) {
                    found.push(broken(path, line, &format!("the link to {target} leads nowhere")));
                }
            }
        }
    }
    found
}

/// No crate that could open a connection is in the tree, and the list of them in `deny.toml` is what is looked for.
pub(crate) fn offline(house: &House) -> Vec<String> {
    let (Some(deny), Some(lock)) = (house.papers.get("deny.toml"), house.papers.get("Cargo.lock")) else {
        return vec![broken("deny.toml", 1, "deny.toml and Cargo.lock belong to the repository")];
    };
    let quoted = |line: &str, before: &str| -> Option<String> {
        Some(line.trim().strip_prefix(before)?.split('"').next()?.to_owned())
    };
    let banned: BTreeSet<String> = deny.lines().filter_map(|line| quoted(line, "{ crate = \"")).collect();
    let mut found = Vec::new();
    if banned.len() < 10 {
        found.push(broken("deny.toml", 1, "the list of banned crates is not where it is looked for"));
    }
    for (line, text) in (1..).zip(lock.lines()) {
        if let Some(name) = quoted(text, "name = \"").filter(|name| banned.contains(name)) {
            found.push(broken("Cargo.lock", line, &format!("`{name}` is banned in deny.toml")));
        }
    }
    found
}

/// Scripts have `\n` at the end of their lines and say who runs them.
pub(crate) fn scripts(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let scripts = house.papers.iter().filter(|(path, _)| {
        path.starts_with("hooks/") || matches!(path.as_str(), ".ci/run" | ".github/judge")
    });
    for (path, text) in scripts {
        if text.contains('\r') {
            found.push(broken(path, 1, "a carriage return; `sh` would take it for a part of the command"));
        }
        if !text.starts_with("#!/") {
            found.push(broken(path, 1, "a script begins with `#!/`"));
        }
    }
    found
}
