//! Questions that a [`Design`] answers: which module has this name, on which layer it lies, which names are unknown.

use super::design::{At, Declared, Design, Module, ModuleId, Name, SpecFile};
use super::nearest::nearest;

/// So many pairs of an unknown and a known name are compared at most.
const COMPARED: usize = 500_000;

impl Design {
    /// The files in which it is written itself, without the documents that its APIs link.
    pub fn own_files(&self) -> impl Iterator<Item = &SpecFile> {
        self.files.iter().filter(|file| !file.is_linked)
    }

    /// The module with this id.
    ///
    /// # Panics
    /// When the id is another design's.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// The module with this name.
    pub fn module_named(&self, name: &str) -> Option<ModuleId> {
        self.module_ids().find(|id| self.module(*id).name.value == name)
    }

    /// The ids of all modules, in the order of [`Design::modules`].
    pub fn module_ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..u32::try_from(self.modules.len()).unwrap_or(u32::MAX)).map(ModuleId)
    }

    /// The layer that a module lies on, 0 at the top; `None` for a module outside `layers`.
    pub fn layer_of(&self, id: ModuleId) -> Option<usize> {
        self.layers.iter().position(|layer| layer.members.iter().any(|member| member.value == id))
    }

    /// The names in `uses` and `users` that are no module and can only be meant as a package: of one segment, without leading
    /// colons or wildcards. Whoever knows the packages can tell which of them name nothing. Each with its place, and the
    /// module that was probably meant.
    pub fn unknown_names(&self) -> Vec<(&str, At, Option<String>)> {
        let used =
            self.modules.iter().flat_map(|module| module.uses.iter().chain(module.users.iter().flatten()));
        let unknown = used.filter_map(Self::unknown_name);
        // To look for what was meant takes longer than anything else here; nobody reads a thousand proposals.
        let compared = COMPARED / self.modules.len().max(1);
        let meant = |only| nearest(only, self.modules.iter().map(|module| module.name.value.as_str()));
        let told = unknown.enumerate().map(|(count, (name, at))| {
            let meant = if count < compared { meant(name) } else { None };
            (name, at, meant.map(str::to_owned))
        });
        told.collect()
    }

    fn unknown_name(name: &Declared<Name>) -> Option<(&str, At)> {
        let Name::Symbol(symbol) = &name.value else { return None };
        let [only] = &symbol.segments[..] else { return None };
        let is_open = ["std", "core", "alloc", "crate"].contains(&only.as_str());
        if symbol.external || symbol.has_wildcard() || is_open {
            return None;
        }
        Some((only, name.at))
    }
}
