//! `layers` and `uses` of two designs → which module may use which other as a whole on each side.

use std::collections::BTreeSet;

use super::super::design::{Design, ModuleId, Name};
use super::{Class, Pair, Subject, Table, either};

/// So many pairs are named.
const NAMED: usize = 3;

/// Who uses whom, by the names of base and by those of head.
type Use = ((String, String), (String, String));

/// What layers and `uses` of one design allow between whole modules.
pub(super) struct Reach {
    layers: Vec<Option<usize>>,
    any: Vec<bool>,
    uses: Vec<BTreeSet<ModuleId>>,
}

impl Reach {
    pub(super) fn new(design: &Design) -> Self {
        let mut layers = vec![None; design.modules.len()];
        for (level, layer) in design.layers.iter().enumerate() {
            layer.members.iter().for_each(|member| layers[member.value.0 as usize] = Some(level));
        }
        let names = |name: &Name| match name {
            Name::Module(id) => Some(*id),
            Name::Any | Name::Symbol(_) => None,
        };
        let modules = design.modules.iter();
        let uses =
            modules.clone().map(|module| module.uses.iter().filter_map(|uses| names(&uses.value)).collect());
        let any = modules.clone().map(|module| module.uses.iter().any(|uses| uses.value == Name::Any));
        Self { layers, any: any.collect(), uses: uses.collect() }
    }

    /// Whether layers alone let `from` use `to`.
    pub(super) fn by_layers(&self, from: ModuleId, to: ModuleId) -> bool {
        let level = |id: ModuleId| self.layers[id.0 as usize];
        matches!((level(from), level(to)), (Some(own), Some(other)) if own < other)
    }

    /// Whether `from` may use anything of `to`.
    pub(super) fn allows(&self, from: ModuleId, to: ModuleId) -> bool {
        let own = from.0 as usize;
        self.any[own] || self.uses[own].contains(&to) || self.by_layers(from, to)
    }
}

impl Pair<'_> {
    /// `layers`, as far as it lets modules of base use each other: what stands in `uses` is said there.
    pub(super) fn layers(&mut self) {
        let names = |design: &Design| -> Vec<Vec<String>> {
            let name = |id: ModuleId| design.module(id).name.value.clone();
            let layers = design.layers.iter();
            layers.map(|layer| layer.members.iter().map(|member| name(member.value)).collect()).collect()
        };
        if names(self.base) == names(self.head) {
            return;
        }
        let ends = (self.base.layers_at, self.head.layers_at);
        let table = Table::whole("design");
        if self.is_huge {
            let reason = "there are too many modules to tell what it opens";
            return self.say(Class::Loosened, (&table, "layers"), ends, reason);
        }
        let [opened, closed] = self.pairs_that_differ();
        for (pairs, loosened) in [(&opened, true), (&closed, false)] {
            if !pairs.is_empty() {
                let table = table.about(Subject::Uses(pairs.iter().map(|(base, _)| base.clone()).collect()));
                self.say(either(loosened), (&table, "layers"), ends, said(pairs, loosened));
            }
        }
        if opened.is_empty() && closed.is_empty() {
            let table = table.about(Subject::Words);
            let reason = "no module of base may use more or less";
            self.say(Class::Neutral, (&table, "layers"), ends, reason);
        }
    }

    /// The pairs of modules, in base's names and in head's, that head's layers open or close.
    fn pairs_that_differ(&self) -> [Vec<Use>; 2] {
        let (before, after) = (&self.reach.0, &self.reach.1);
        let mut found = [Vec::new(), Vec::new()];
        for (from, head_from) in &self.matching.modules {
            for (to, head_to) in self.matching.modules.iter().filter(|(to, _)| *to != from) {
                let opened = after.by_layers(*head_from, *head_to) && !before.allows(*from, *to);
                let closed = before.by_layers(*from, *to) && !after.allows(*head_from, *head_to);
                let name = |design: &Design, id: ModuleId| design.module(id).name.value.clone();
                if opened || closed {
                    let base = (name(self.base, *from), name(self.base, *to));
                    let head = (name(self.head, *head_from), name(self.head, *head_to));
                    found[usize::from(closed)].push((base, head));
                }
            }
        }
        found
    }
}

fn said(pairs: &[Use], loosened: bool) -> String {
    let may = if loosened { "may now use" } else { "may no longer use" };
    let named = pairs.iter().take(NAMED).map(|(_, (from, to))| format!("`{from}` {may} `{to}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    match pairs.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}, and {more} more"),
    }
}
