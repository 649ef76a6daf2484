//! `gate check`, from a question to a report: every floor once, in order.

use crate::basis::{Drift, Finding, Severity, Unjudged, Verdict};
use crate::design_change::DesignChange;
use crate::git::Repository;
use crate::options::{CheckError, CheckOptions};
use crate::reflexion;
use crate::report::Report;
use crate::scene::Scene;
use crate::sources::{Side, Store};
use crate::spec::{Design, Policy};
use crate::{design_change, loosened, rules, specs, waivers};

/// Judges a change.
///
/// # Errors
///
/// [`CheckError`] when nothing could be judged: no repository, an unknown revision, no spec or an invalid one.
pub fn check(options: &CheckOptions) -> Result<Report, CheckError> {
    let repository = Repository::open(&options.directory)?;
    let change = repository.change(&options.compare.request())?;
    let mut specs = specs::load(&change, &options.spec)?;
    let store = Store::new(options.cache.as_deref()).reading_for(specs.own_words());
    let head = Side::new(&change.head, &store);
    let bases: Vec<Side<'_>> = change.bases.iter().map(|base| Side::new(base, &store)).collect();
    specs.link(&head, &bases)?;
    let turn = design_change::find(&specs, &head, &bases);
    let reads_everything = turn.as_ref().is_some_and(DesignChange::is_about_code);
    let scene = Scene::new(options, &change, &specs, (&head, &bases)).reading_everything(reads_everything);
    specs::refuse_names(&specs.design, &scene.world, scene.single_package)?;
    let mut judged = scene.judge(options);
    if scene.touches_spec() {
        scene.observer().meet(&scene.world);
    }
    specs::refuse_overlaps(&specs.design, &scene.map)?;
    if let Some(turn) = &turn {
        judged.findings.extend(loosened::findings(turn, options, &scene, &judged));
        judged.findings.sort_by(order);
    }
    head.failure()?;
    bases.iter().try_for_each(Side::failure)?;
    let mut counts = scene.counts.take();
    counts.waived = judged.waived;
    let report = scene.report(options, judged, counts, turn.as_ref());
    store.keep();
    Ok(report)
}

/// What a design says about a change.
pub(crate) struct Judged {
    /// Findings, severities set and waived ones taken out.
    pub(crate) findings: Vec<Finding>,
    /// What could not be judged.
    pub(crate) unjudged: Vec<Unjudged>,
    /// How many deviations of head are excused.
    pub(crate) waived: usize,
}

impl Scene<'_> {
    /// What the design of the scene says about the change.
    pub(crate) fn judge(&self, options: &CheckOptions) -> Judged {
        let mut reflexion = reflexion::reflect(self.observe());
        let blind = std::mem::take(&mut reflexion.blind);
        let mut counts = self.counts.take();
        counts.unknown_parts = reflexion.unknown_parts;
        self.counts.set(counts);
        let mut findings = rules::check(&reflexion);
        set_severities(self.design, &mut findings);
        let waived = waivers::apply(self.design, &mut findings, options.today, &self.names());
        findings.extend(waived.findings);
        findings.sort_by(order);
        let unjudged = |blind: reflexion::Drifted<reflexion::Blind>| {
            let reflexion::Blind { file, line, reason, text } = blind.value;
            Unjudged { reason, file, line, text, drift: blind.drift }
        };
        Judged { findings, unjudged: blind.into_iter().map(unjudged).collect(), waived: waived.count }
    }
}

/// The spec's `[rules]` decide, except where a rule itself calls a deviation a note.
fn set_severities(design: &Design, findings: &mut [Finding]) {
    for finding in findings {
        let default = rules::RULES.iter().find(|rule| rule.id == finding.rule).map(|rule| rule.severity);
        if let Some(severity) = design.severities.get(&finding.rule)
            && Some(finding.severity) == default
        {
            finding.severity = severity.value;
        }
    }
}

pub(crate) fn verdict(design: &Design, findings: &[Finding], unjudged: &[Unjudged], whole: bool) -> Verdict {
    let fails = |finding: &Finding| finding.drift == Drift::Introduced && finding.severity == Severity::Deny;
    if findings.iter().any(fails) {
        return Verdict::Deviates;
    }
    let decides = |unjudged: &Unjudged| {
        let asked = unjudged.reason == crate::basis::Reason::UnresolvedApi;
        let is_gap = unjudged.reason == crate::basis::Reason::OpaqueResponse;
        unjudged.drift == Drift::Introduced
            && !is_gap
            && (asked || (design.unjudged == Policy::Deny && !whole))
    };
    if unjudged.iter().any(decides) { Verdict::Unjudged } else { Verdict::Conforms }
}

/// Introduced first, of those what fails, then by place, then by rule.
fn order(left: &Finding, right: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| {
        let place = finding.site.as_ref().or(finding.declared.as_ref()).map(|label| label.place.clone());
        let rule = rules::RULES.iter().position(|rule| rule.id == finding.rule);
        (finding.drift, finding.severity, place, rule, finding.identity.clone())
    };
    key(left).cmp(&key(right))
}
