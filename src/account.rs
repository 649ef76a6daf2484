//! What was found, and how much was seen → the report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::basis::{Drift, Finding, Origin, RepoPath, Unjudged};
use crate::design_change::DesignChange;
use crate::facts::Language;
use crate::judged::{Judged, verdict};
use crate::options::CheckOptions;
use crate::reflexion::Observed;
use crate::report::{Counts, Judging, Report};
use crate::scene::Scene;
use crate::{documents, served};

impl Scene<'_> {
    pub(crate) fn count(&self, head: &Observed, served: Option<&served::Found>) {
        let read: BTreeSet<&RepoPath> =
            self.pairs.iter().flat_map(|pair| pair.base.iter().chain(&pair.head)).collect();
        let is_code = |path: &RepoPath| Language::of(path).is_some() || read.contains(path);
        let is_other = |file: &&crate::git::ChangedFile| !is_code(&file.path);
        self.counts.set(Counts {
            files: head.files,
            other_files: self.change.files.iter().filter(is_other).count(),
            dependencies: head.dependencies,
            endpoints: served.map(|served| served.side.endpoints.len()),
            unmapped: head.unmapped.len(),
            unresolved: head.unresolved,
            ..Counts::default()
        });
    }

    pub(crate) fn report(
        &self,
        options: &CheckOptions,
        judged: Judged,
        mut counts: Counts,
        turn: Option<&DesignChange<'_>>,
    ) -> Report {
        let Judged { findings, unjudged, .. } = judged;
        let having = |drift| findings.iter().filter(|finding| finding.drift == drift).count();
        counts.standing = having(Drift::Standing);
        counts.resolved = having(Drift::Resolved);
        let mut notes = self.change.notes.clone();
        notes.extend(self.specs.notes.iter().cloned());
        let orphans = self.orphans.borrow();
        notes.extend(orphans.iter().map(|file| format!("{file} belongs to no crate and is not judged")));
        let files = if self.whole() { counts.files } else { self.change.files.len() };
        let judging = Judging {
            base: self.change.base_label.clone(),
            base_ids: self.change.base_ids.clone(),
            head: self.change.head_label.clone(),
            head_id: self.change.head_id.clone(),
            files,
            spec: self.specs.from.clone(),
            spec_files: self.design.own_files().count(),
        };
        let verdict = verdict(self.design, &findings, &unjudged, self.whole());
        let list_standing = options.standing;
        let sources = self.sources(&findings, &unjudged, list_standing);
        let design = turn.map(DesignChange::counts);
        Report { judging, verdict, design, findings, unjudged, counts, notes, sources, list_standing }
    }

    /// The texts that the findings that are listed and the unjudged places point into.
    pub(crate) fn sources(
        &self,
        findings: &[Finding],
        unjudged: &[Unjudged],
        lists_standing: bool,
    ) -> BTreeMap<(Origin, RepoPath), Arc<str>> {
        let places = unjudged.iter().filter(|place| place.line > 0 && place.drift == Drift::Introduced);
        let files: BTreeSet<&RepoPath> = places.map(|place| &place.file).collect();
        let text = |file: &RepoPath| Some(((Origin::Head, file.clone()), self.head.text(file)?));
        let mut sources: BTreeMap<_, _> = files.into_iter().filter_map(text).collect();
        let listed = |finding: &&Finding| finding.drift != Drift::Standing || self.whole() || lists_standing;
        for finding in findings.iter().filter(listed) {
            let labels = finding.site.iter().chain(&finding.declared).map(|label| &label.place);
            for place in labels.chain(&finding.also) {
                let key = (place.origin, place.file.clone());
                if sources.contains_key(&key) {
                    continue;
                }
                let text = match place.origin {
                    Origin::Head => self.head.text(&place.file),
                    Origin::Base => self.bases.iter().find_map(|base| base.text(&place.file)),
                    Origin::Spec => {
                        let file = self.design.files.iter().find(|file| file.path == place.file);
                        file.map(|file| match file.is_linked {
                            true => documents::text(&file.path, self.specs.own_side((self.head, self.bases))),
                            false => file.text.clone(),
                        })
                    }
                };
                sources.extend(text.map(|text| (key, text)));
            }
        }
        sources
    }
}
