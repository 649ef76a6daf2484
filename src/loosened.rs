//! Base's design laid over head's code beside head's → deviations that only a looser design hides, each with the statement that
//! hides it.
//!
//! It asks what the change needs: a looser statement that hides nothing is shown by `gate spec diff` alone, save where no rule
//! holds it against code yet, so that code cannot show whether it needs it.

use std::collections::{BTreeMap, BTreeSet};

use crate::basis::{Drift, Finding, Method, Reason, RoutePattern, RuleId, Severity, Unjudged};
use crate::design_change::DesignChange;
use crate::documents;
use crate::judged::Judged;
use crate::options::{CheckOptions, Trust};
use crate::rules::{LOOSENED, RULES, Relaxed, check_relaxed};
use crate::scene::Scene;
use crate::spec::{Class, Design, Difference, Policy, Subject};
use crate::specs::Specs;
use crate::waivers::{self, is_excused};

/// What is looser, and needed.
pub(crate) fn findings(
    change: &DesignChange<'_>,
    options: &CheckOptions,
    scene: &Scene<'_>,
    judged: &Judged,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if change.is_deleted {
        found.extend(say(change, None, &Hidden::default()));
    }
    let mut hidden = if change.may_hide() { hidden(change, options, scene, judged) } else { BTreeMap::new() };
    for (index, difference) in change.comparison.differences.iter().enumerate() {
        match hidden.remove(&Some(index)) {
            Some(hidden) => found.extend(say(change, Some(difference), &hidden)),
            None if is_always_said(difference) => {
                found.extend(say(change, Some(difference), &Hidden::default()))
            }
            None => {}
        }
    }
    if let Some(hidden) = hidden.remove(&None) {
        found.extend(say(change, None, &hidden));
    }
    let severity = severity(change.base, options);
    found.iter_mut().for_each(|finding| finding.severity = severity);
    found
}

/// Base decides how grave it is, for head is the one that is judged; the caller decides above both.
fn severity(base: &Design, options: &CheckOptions) -> Severity {
    match (options.accepts_loosened, base.severities.get(&LOOSENED), options.trust) {
        (true, ..) => Severity::Note,
        (false, Some(severity), _) => severity.value,
        (false, None, Trust::Base) => Severity::Deny,
        (false, None, Trust::Head) => Severity::Note,
    }
}

/// Whether a looser statement is said although nothing shows that code needs it: no rule of this gate holds it against code, or
/// it is this rule's own severity.
fn is_always_said(difference: &Difference) -> bool {
    let is_known = |rule: &&str| RULES.iter().any(|known| known.id.0 == *rule);
    let is_unseen = !difference.rules.is_empty() && !difference.rules.iter().any(is_known);
    difference.class == Class::Loosened && (is_unseen || difference.subject == Subject::Rule(LOOSENED))
}

/// What one statement hides.
#[derive(Default)]
struct Hidden {
    findings: Vec<Finding>,
    unasked: Vec<Unjudged>,
}

fn say(change: &DesignChange<'_>, difference: Option<&Difference>, hidden: &Hidden) -> Vec<Finding> {
    let Hidden { findings, unasked } = hidden;
    check_relaxed(&Relaxed { base: change.base, head: change.head, difference, hidden: findings, unasked })
}

/// Deviations from base's design that head's does not know, by the difference that hides them.
fn hidden(
    change: &DesignChange<'_>,
    options: &CheckOptions,
    scene: &Scene<'_>,
    judged: &Judged,
) -> BTreeMap<Option<usize>, Hidden> {
    let mut design = change.base.clone();
    let prolonged: BTreeSet<_> = prolonged(change).collect();
    design.waivers.retain(|waiver| !prolonged.contains(&waiver.expires.at));
    let own = scene.bases.first().unwrap_or(scene.head);
    // The documents of base are linked already; what cannot be read now could not be then.
    let promises = documents::promises(&design, own);
    let mut specs = Specs::given(design, String::new());
    specs.promises = promises;
    let reads_everything = change.is_about_code();
    let base = Scene::new(options, scene.change, &specs, (scene.head, scene.bases));
    let mut before = base.reading_everything(reads_everything).judge(options);
    before.findings.sort_by_key(|finding| finding.drift);
    let known = Known::new(judged);
    let mut found: BTreeMap<Option<usize>, Hidden> = BTreeMap::new();
    let search = Search { change, scene, context: scene.names() };
    for finding in before.findings {
        if !is_about_code(&finding) || known.has(&finding, change) || search.is_growth(&finding) {
            continue;
        }
        found.entry(search.behind(&finding)).or_default().findings.push(finding);
    }
    for place in before.unjudged {
        if decides(change.base, &place)
            && !judged.unjudged.iter().any(|now| decides(change.head, now) && same(now, &place))
        {
            found.entry(search.behind_gap(&place)).or_default().unasked.push(place);
        }
    }
    found
}

/// Places of the waivers of base that head lets hold longer: what they excuse is excused by the longer ones.
fn prolonged<'a>(change: &'a DesignChange<'_>) -> impl Iterator<Item = crate::spec::At> + 'a {
    let longer =
        change.comparison.differences.iter().filter(|difference| difference.class == Class::Loosened);
    longer.filter_map(|difference| match difference.subject {
        Subject::Waiver(_) => difference.before,
        Subject::Whole
        | Subject::Uses(_)
        | Subject::Module(_)
        | Subject::Rule(_)
        | Subject::Api(..)
        | Subject::Words => None,
    })
}

/// Whether a finding is one about code that fails, or would if it were new. What is said about lines of base's own spec is not.
fn is_about_code(finding: &Finding) -> bool {
    finding.severity == Severity::Deny
        && finding.drift != Drift::Resolved
        && finding.rule.0 != "stale-spec"
        && !finding.rule.0.starts_with("waiver-")
}

fn decides(design: &Design, place: &Unjudged) -> bool {
    let is_asked = design.unjudged == Policy::Deny || place.reason == Reason::UnresolvedApi;
    place.drift == Drift::Introduced && place.reason != Reason::OpaqueResponse && is_asked
}

fn same(one: &Unjudged, other: &Unjudged) -> bool {
    (one.reason, &one.file, &one.text) == (other.reason, &other.file, &other.text)
}

/// What head's design says of the code, to be asked about single deviations.
struct Known {
    standing: BTreeSet<Vec<String>>,
    introduced: BTreeSet<Vec<String>>,
}

impl Known {
    fn new(judged: &Judged) -> Self {
        let denied = || judged.findings.iter().filter(|finding| is_about_code(finding));
        let key = |finding: &Finding| finding.identity.0.clone();
        let introduced = denied().filter(|finding| finding.drift == Drift::Introduced);
        Self { standing: denied().map(key).collect(), introduced: introduced.map(key).collect() }
    }

    /// Whether head's design refuses the same thing, by whichever of its rules.
    fn has(&self, finding: &Finding, change: &DesignChange<'_>) -> bool {
        let renamed = &change.comparison.renamed;
        let mut key = finding.identity.0.clone();
        let names = match finding.rule.0 {
            "module-cycle" => key.len(),
            rule if rule.starts_with("endpoint-") || rule == "handler-home" => 1,
            _ => 0,
        };
        for name in key.iter_mut().take(names) {
            if let Some(now) = renamed.get(name) {
                name.clone_from(now);
            }
        }
        if finding.rule.0 == "module-cycle" {
            key.sort();
        }
        match finding.drift {
            Drift::Introduced => self.introduced.contains(&key),
            Drift::Standing | Drift::Resolved => self.standing.contains(&key),
        }
    }
}

/// The differences, to find the one that hides a deviation.
struct Search<'a> {
    change: &'a DesignChange<'a>,
    scene: &'a Scene<'a>,
    context: waivers::Context,
}

impl Search<'_> {
    /// Whether the design grew for what base's design misses: a new endpoint is declared, new code has a new module. A pattern of
    /// a module that base knows is no growth.
    fn is_growth(&self, finding: &Finding) -> bool {
        let grown =
            |difference: &&Difference| difference.class != Class::Loosened && difference.after.is_some();
        let mut grown = self.change.comparison.differences.iter().filter(grown);
        match (finding.rule.0, endpoint(finding)) {
            ("endpoint-divergence" | "unmapped-code", Some((method, path))) => {
                let head = self.scene.design;
                let declares = |name: &str, only: &Option<(Method, RoutePattern)>| match only {
                    Some((own, route)) => own.covers(method) && route.is_like(&path),
                    None => head.apis.iter().any(|api| api.name.value == *name && path.is_below(&api.base)),
                };
                grown.any(|difference| match &difference.subject {
                    Subject::Api(name, only) => {
                        difference.class == Class::Extended
                            && difference.key.is_empty()
                            && declares(name, only)
                    }
                    Subject::Whole
                    | Subject::Uses(_)
                    | Subject::Module(_)
                    | Subject::Rule(_)
                    | Subject::Waiver(_)
                    | Subject::Words => false,
                })
            }
            ("unmapped-code", None) => {
                let Some(home) = self.home(finding) else { return false };
                let table = format!("module.{home}");
                grown.any(|difference| difference.table == table && matches!(difference.key, "" | "code"))
            }
            _ => false,
        }
    }

    /// The module of head's design that code which base's does not know belongs to.
    fn home(&self, finding: &Finding) -> Option<String> {
        let file = &finding.site.as_ref()?.place.file;
        let item = crate::basis::SymbolPath::new(finding.subject.from_item.as_ref()?);
        let (observer, world) = (self.scene.observer(), &self.scene.world);
        let homes =
            world.locate(file).into_iter().filter_map(|module| observer.module_of(world, module, &item));
        homes.map(|module| self.scene.design.module(module).name.value.clone()).next()
    }

    /// The difference that most probably hides a deviation; `None` where none speaks of it.
    fn behind(&self, finding: &Finding) -> Option<usize> {
        self.best(|difference| self.weight(difference, finding))
    }

    /// The difference behind a place that need not be judged any more.
    fn behind_gap(&self, place: &Unjudged) -> Option<usize> {
        self.best(|difference| match (&difference.subject, difference.key) {
            (Subject::Api(_, None), "" | "entry" | "registers") if place.reason == Reason::UnresolvedApi => 8,
            (Subject::Whole, "unjudged") => 6,
            (Subject::Whole, "absent" | "tests") => 4,
            (Subject::Module(_), "" | "code") => 2,
            (Subject::Api(_, None), _) => 1,
            (
                Subject::Whole
                | Subject::Uses(_)
                | Subject::Module(_)
                | Subject::Rule(_)
                | Subject::Api(_, Some(_))
                | Subject::Waiver(_)
                | Subject::Words,
                _,
            ) => 0,
        })
    }

    /// Looser differences before others; of those that weigh alike the first.
    fn best(&self, weight: impl Fn(&Difference) -> u32) -> Option<usize> {
        let differences = self.change.comparison.differences.iter().enumerate();
        let weighed = differences.map(|(index, difference)| {
            let weight = weight(difference);
            let is_looser = difference.class == Class::Loosened;
            (is_looser && weight > 0, weight, std::cmp::Reverse(index))
        });
        weighed.filter(|(_, weight, _)| *weight > 0).max().map(|(_, _, index)| index.0)
    }

    /// How much a difference has to do with a deviation from base's design; 0 is nothing.
    fn weight(&self, difference: &Difference, finding: &Finding) -> u32 {
        let subject = &finding.subject;
        let decides = finding.declared.as_ref().is_some_and(|declared| {
            difference.before.is_some_and(|at| {
                let file = &self.change.base.files[at.file as usize].path;
                *file == declared.place.file && at.span.contains(declared.place.span)
            })
        });
        let ends = [&subject.from, &subject.to];
        let about = match &difference.subject {
            Subject::Words => {
                let is_type = difference.table == "types" && finding.rule.0.ends_with("-mismatch");
                return if is_type { 3 } else { 0 };
            }
            Subject::Rule(rule) => return if *rule == finding.rule { 32 } else { 0 },
            Subject::Waiver(index) => {
                let waiver = &self.scene.design.waivers[*index];
                return if is_excused(waiver, finding, &self.context) { 32 } else { 0 };
            }
            Subject::Uses(pairs) => {
                let is_it = |(from, to): &(String, String)| {
                    subject.from.as_ref() == Some(from) && subject.to.as_ref() == Some(to)
                };
                if pairs.iter().any(is_it) { 6 } else { 0 }
            }
            Subject::Module(name) if subject.from.as_ref() == Some(name) => weight_of_user(difference.key),
            Subject::Module(name) if subject.to.as_ref() == Some(name) => weight_of_used(difference.key),
            Subject::Module(_) => self.weight_of_home(difference, finding),
            Subject::Api(name, None) => {
                let is_it = ends.contains(&&Some(name.clone())) || finding.rule.0 == "unmapped-code";
                if is_it && endpoint(finding).is_some() {
                    weight_of_api(difference.key, finding.rule)
                } else {
                    0
                }
            }
            Subject::Api(_, Some((method, path))) => {
                let is_it = endpoint(finding).is_some_and(|(own, route)| {
                    (method.covers(own) || own.covers(*method)) && route.is_like(path)
                });
                let was = subject.was.as_ref().is_some_and(|was| {
                    parsed(was).is_some_and(|(own, route)| own == *method && route.is_like(path))
                });
                if is_it || was { 8 } else { 0 }
            }
            Subject::Whole => match (difference.key, finding.rule.0) {
                ("unmapped", "unmapped-code") => 6,
                ("tests" | "absent" | "judge", _) => 2,
                _ => 0,
            },
        };
        if decides { about + 16 } else { about }
    }

    /// How much the difference of a module has to do with a deviation at neither end of which it stands, such as code that base's
    /// design does not know.
    fn weight_of_home(&self, difference: &Difference, finding: &Finding) -> u32 {
        let takes = finding.rule.0 == "unmapped-code"
            && matches!(difference.key, "" | "code")
            && self.home(finding).is_some_and(|home| difference.table == format!("module.{home}"));
        // A module that takes what another had, or hands it out, turns uses between others into uses of its own.
        let turns = finding.subject.to.is_some() && matches!(difference.key, "code" | "reexports");
        match (takes, turns) {
            (true, _) => 6,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

fn weight_of_user(key: &str) -> u32 {
    match key {
        "uses" | "bans" | "owns" | "external" => 6,
        "" => 5,
        "code" => 4,
        "reexports" => 1,
        _ => 0,
    }
}

fn weight_of_used(key: &str) -> u32 {
    match key {
        "users" | "public" | "owns" => 6,
        "" => 3,
        "code" => 3,
        "reexports" => 1,
        _ => 0,
    }
}

fn weight_of_api(key: &str, rule: RuleId) -> u32 {
    match key {
        "handlers" if rule.0 == "handler-home" => 6,
        "guards" | "auth" if rule.0 == "endpoint-unguarded" => 6,
        "" => 5,
        "closed" | "wrappers" | "openapi" if rule.0.ends_with("-mismatch") => 4,
        "exhaustive" | "except" | "base" | "entry" | "grpc" | "registers" => 4,
        "values" => 2,
        _ => 0,
    }
}

/// The method and the path of an endpoint's finding.
fn endpoint(finding: &Finding) -> Option<(Method, RoutePattern)> {
    parsed(finding.subject.endpoint.as_ref()?)
}

fn parsed(endpoint: &str) -> Option<(Method, RoutePattern)> {
    let (method, path) = endpoint.trim_matches('`').split_once(' ')?;
    Some((Method::parse(method)?, RoutePattern::new(path.trim())))
}
