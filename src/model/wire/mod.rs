//! Types of Rust → what serde accepts and what it emits, in the normal form of [`crate::basis::wire`].
//!
//! Two answers for each type, for they differ: a field that is skipped, renamed or filled in one direction alone. What code decides
//! that is not read (an `impl` by hand, a `with` of the team's own, a type of a crate without a row) is [`Shape::Unknown`] with its
//! reason. Nothing is compared here.

mod attributes;
mod by_hand;
mod case;
mod definition;
mod fields;
mod flatten;
mod foreign;
mod meaning;
mod optional;
mod table;
mod twofold;
mod variants;
mod with;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::declared;
use super::tree::{FileId, ModuleRef, World};
use crate::basis::wire::{NamedType, Shape, Spot, Type, TypeId, Types};
use crate::basis::{RepoPath, Site};
use crate::facts::{Declarations, FunctionDeclaration, ItemId, Piece, ScopeId, TypeDeclaration, TypeExpr};

pub(super) use by_hand::forgives;
pub use meaning::{Bindings, Meaning};

/// A place in code: a module, and a scope of its file that lies in it.
pub type At = (ModuleRef, ScopeId);

/// A type of the team's own by the end of its path, and what goes over the wire for it.
pub type Given = (Vec<String>, Type);

/// How many steps one question may take.
const STEPS: u32 = 50_000;
/// How many types may have names in one direction.
const NAMED: usize = 10_000;
/// How deep the arguments of one type may nest.
const ARGUMENTS: u32 = 16;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It is read, by `Deserialize`.
    Accepts,
    /// It is written, by `Serialize`.
    Emits,
}

/// Whose form of a type is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Serde's, unless poem-openapi has another one: then which of them is not known.
    #[default]
    Either,
    /// Serde's.
    Serde,
}

/// What the code of one side reads and writes, as far as somebody has asked.
pub struct Wire<'w, 's> {
    world: &'w World<'s>,
    given: Vec<Given>,
    accepts: RefCell<Table>,
    emits: RefCell<Table>,
    declarations: RefCell<Found>,
    steps: Cell<u32>,
    /// The form that is asked for.
    form: Cell<Form>,
    /// Whether something was left out for want of steps or of names: what else was asked before may have used them up.
    is_cut: Cell<bool>,
    /// What was needed since somebody asked.
    needs: RefCell<Needs>,
}

/// What an answer was read from.
#[derive(Clone, Default)]
struct Needs {
    /// Declarations that were looked at.
    pieces: BTreeSet<(FileId, Piece)>,
    /// Types whose names came up.
    types: BTreeSet<(Direction, TypeId)>,
}

/// What was found of types by their items; `None` where no file declares one.
type Found = FxHashMap<(ModuleRef, ItemId), Option<Rc<Declared>>>;

/// The named types of one direction.
#[derive(Default)]
struct Table {
    types: Types,
    /// What each of them means, and in which form, by its index.
    meanings: Vec<(Form, Meaning)>,
    /// Those of each form.
    ids: [FxHashMap<Meaning, TypeId>; 2],
    /// What the shape of each of them was read from, by its index.
    needs: Vec<Needs>,
    files: BTreeMap<RepoPath, u32>,
    /// Those that have a name and no shape yet.
    open: VecDeque<TypeId>,
}

/// A type of the repository with what its file says of it.
struct Declared {
    /// All that the file declares.
    file: Arc<Declarations>,
    /// The type among it.
    index: usize,
    /// Where the names in it are looked up.
    at: At,
    /// The file.
    path: RepoPath,
}

impl Declared {
    fn declaration(&self) -> &TypeDeclaration {
        &self.file.types[self.index]
    }
}

impl<'w, 's> Wire<'w, 's> {
    /// Nothing read yet; `given` says what types of the team's own are.
    pub fn new(world: &'w World<'s>, given: Vec<Given>) -> Self {
        Self {
            world,
            given,
            accepts: RefCell::default(),
            emits: RefCell::default(),
            declarations: RefCell::default(),
            steps: Cell::new(STEPS),
            form: Cell::default(),
            is_cut: Cell::new(false),
            needs: RefCell::default(),
        }
    }

    /// What a type means that stands at a place; `bindings` are `Self` and the generic parameters there.
    pub fn resolved(&self, expr: &TypeExpr, at: At, bindings: &Bindings) -> Meaning {
        self.steps.set(STEPS);
        let module = self.world.module_at(self.world.file_module(at.0), at.1);
        self.meaning(expr, ((module, at.1), bindings), 0)
    }

    /// What goes over the wire for a type that stands at a place.
    pub fn r#type(&self, expr: &TypeExpr, at: At, direction: Direction) -> Type {
        self.of(&self.resolved(expr, at, &Bindings::new()), direction)
    }

    /// What goes over the wire for what a type means. Its place is that of its declaration; a type without one has none.
    pub fn of(&self, meaning: &Meaning, direction: Direction) -> Type {
        self.steps.set(STEPS);
        let r#type = self.shaped(meaning, Spot::default(), direction);
        self.fill(direction);
        r#type
    }

    /// The same in one form.
    pub fn in_form(&self, form: Form, meaning: &Meaning, direction: Direction) -> Type {
        let around = self.form.replace(form);
        let r#type = self.of(meaning, direction);
        self.form.set(around);
        r#type
    }

    /// Whether a value may be left out where its field is: an `Option`, by whatever name.
    pub fn may_be_left_out(&self, meaning: &Meaning) -> bool {
        self.is_optional(meaning, Direction::Accepts)
    }

    /// The shape behind the names of a type.
    pub fn followed(&self, r#type: &Type, direction: Direction) -> Shape {
        self.table(direction).borrow().types.follow(r#type).0.clone()
    }

    /// The file that declares a type of the repository, and the type's place in it among all that the file declares.
    pub(super) fn declaration_of(
        &self,
        module: ModuleRef,
        item: ItemId,
    ) -> Option<(Arc<Declarations>, usize, At)> {
        let declared = self.declared(module, item)?;
        Some((declared.file.clone(), declared.index, declared.at))
    }

    /// The named types of a direction that answers so far speak of.
    pub fn types(&self, direction: Direction) -> Types {
        self.table(direction).borrow().types.clone()
    }

    /// All named types: of what is accepted, and of what is emitted.
    pub fn finish(self) -> (Types, Types) {
        (self.accepts.into_inner().types, self.emits.into_inner().types)
    }

    /// The place of something in a file, to be kept with the types of a direction.
    pub fn spot(&self, file: FileId, site: Site, direction: Direction) -> Spot {
        self.spot_in(&self.world.path(file), site, direction)
    }

    fn spot_in(&self, path: &RepoPath, site: Site, direction: Direction) -> Spot {
        let mut table = self.table(direction).borrow_mut();
        let next = u32::try_from(table.files.len()).unwrap_or(u32::MAX);
        let file = *table.files.entry(path.clone()).or_insert(next);
        if file == next {
            table.types.files.push(path.clone());
        }
        Spot { file, span: site.span }
    }

    fn table(&self, direction: Direction) -> &RefCell<Table> {
        match direction {
            Direction::Accepts => &self.accepts,
            Direction::Emits => &self.emits,
        }
    }

    /// Notes that a piece of what the file of a module declares is looked at.
    pub(super) fn needs(&self, module: ModuleRef, piece: Piece) {
        let file = self.world.module(module).file;
        self.needs.borrow_mut().pieces.extend(file.map(|file| (file, piece)));
    }

    /// Notes that a function is looked at, one of those that the file of a module declares.
    pub(super) fn needs_function(
        &self,
        module: ModuleRef,
        all: &Declarations,
        function: &FunctionDeclaration,
    ) {
        self.needs_of_function(module, (all, function), Piece::Function);
    }

    /// Notes that a piece of a function is looked at.
    pub(super) fn needs_of_function(
        &self,
        module: ModuleRef,
        (all, function): (&Declarations, &FunctionDeclaration),
        piece: fn(u32) -> Piece,
    ) {
        let at = all.functions.iter().position(|one| std::ptr::eq(one, function));
        let at = at.and_then(|at| u32::try_from(at).ok());
        self.needs(module, at.map_or(Piece::List, piece));
    }

    /// The declarations that decided what was answered since this was asked the last time, in order.
    pub(super) fn needed(&self) -> Vec<(RepoPath, Piece)> {
        let Needs { mut pieces, types } = self.needs.take();
        let mut open: Vec<_> = types.iter().copied().collect();
        let mut met = types;
        while let Some((direction, id)) = open.pop() {
            let table = self.table(direction).borrow();
            let needs = &table.needs[id.0 as usize];
            pieces.extend(&needs.pieces);
            open.extend(needs.types.iter().filter(|of| met.insert(**of)));
        }
        let named = |(file, piece)| (self.world.path(file), piece);
        let pieces: BTreeSet<(RepoPath, Piece)> = pieces.into_iter().map(named).collect();
        pieces.into_iter().collect()
    }

    /// Whether something was left out that other questions, or the same in another order, would show.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    /// Takes one step; `false` when there is none left.
    fn spend(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        self.is_cut.set(self.is_cut.get() || left == 0);
        left > 0
    }

    /// Gives named types their shapes, those included that come up meanwhile.
    fn fill(&self, direction: Direction) {
        loop {
            let next = self.table(direction).borrow_mut().open.pop_front();
            let Some(id) = next else { return };
            let (form, meaning) = self.table(direction).borrow().meanings[id.0 as usize].clone();
            let (around, asked) = (self.needs.take(), self.form.replace(form));
            let r#type = self.definition(&meaning, direction, 0);
            self.form.set(asked);
            let mut table = self.table(direction).borrow_mut();
            table.needs[id.0 as usize] = self.needs.replace(around);
            table.types.named[id.0 as usize].r#type = r#type;
        }
    }

    /// The name of a type of the repository.
    fn reference(&self, meaning: &Meaning, at: Spot, direction: Direction) -> Type {
        let needs = |id: TypeId| self.needs.borrow_mut().types.insert((direction, id));
        let form = self.form_of(meaning);
        if let Some(id) = self.table(direction).borrow().ids[form as usize].get(meaning) {
            needs(*id);
            return Type::new(Shape::Named(*id), at);
        }
        if nesting(meaning) > ARGUMENTS || self.table(direction).borrow().meanings.len() >= NAMED {
            self.is_cut.set(true);
            return unknown("the type grows without end", at);
        }
        let name = self.name(meaning).into();
        let mut table = self.table(direction).borrow_mut();
        let id = TypeId(u32::try_from(table.meanings.len()).unwrap_or(u32::MAX));
        needs(id);
        table.needs.push(Needs::default());
        table.ids[form as usize].insert(meaning.clone(), id);
        table.meanings.push((form, meaning.clone()));
        table.open.push_back(id);
        table.types.named.push(NamedType { name, r#type: Type::new(Shape::Any, at), at });
        Type::new(Shape::Named(id), at)
    }

    /// The form that is asked for, where it makes a difference: in a package that knows poem-openapi.
    fn form_of(&self, meaning: &Meaning) -> Form {
        let Meaning::Own { module, .. } = meaning else { return Form::Either };
        let package = self.world.package(self.world.module(*module).in_crate.package);
        let knows = package.uses.iter().any(|uses| uses.crate_name == "poem_openapi");
        if knows { self.form.get() } else { Form::Either }
    }

    /// What a type is called: by its last segment. What else was asked for makes no difference, so that one handler may be read by itself.
    fn name(&self, meaning: &Meaning) -> String {
        let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
        let list = |of: &[Meaning]| of.iter().map(|of| self.name(of)).collect::<Vec<_>>().join(", ");
        let (path, arguments) = match meaning {
            Meaning::Own { module, item, arguments } => {
                (self.world.symbol(*module, *item).to_string(), arguments)
            }
            Meaning::Foreign { path, arguments } => (path.to_string(), arguments),
            Meaning::List(of) => return format!("[{}]", self.name(of)),
            Meaning::Tuple(of) => return format!("({})", list(of)),
            Meaning::Unknown(_) => return "?".to_owned(),
        };
        let name = last(&path);
        if arguments.is_empty() { name } else { format!("{name}<{}>", list(arguments)) }
    }

    /// What is given for a type by the end of its path.
    fn given(&self, meaning: &Meaning) -> Option<&Type> {
        if self.given.is_empty() {
            return None;
        }
        let path = match meaning {
            Meaning::Own { module, item, .. } => self.world.symbol(*module, *item).to_string(),
            Meaning::Foreign { path, .. } => path.to_string(),
            Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => return None,
        };
        let segments: Vec<&str> = path.split("::").collect();
        let fits = |end: &[String]| {
            !end.is_empty() && end.iter().rev().zip(segments.iter().rev()).all(|(end, own)| end == own)
        };
        let fitting = self.given.iter().filter(|(end, _)| end.len() <= segments.len() && fits(end));
        fitting.max_by_key(|(end, _)| end.len()).map(|(_, r#type)| r#type)
    }

    /// What the file of a type says of it; `None` where the text does not: a macro does.
    fn declared(&self, module: ModuleRef, item: ItemId) -> Option<Rc<Declared>> {
        let known = self.declarations.borrow().get(&(module, item)).cloned();
        let found = known.unwrap_or_else(|| {
            let found = self.find(module, item).map(Rc::new);
            self.declarations.borrow_mut().insert((module, item), found.clone());
            found
        });
        let index = found.as_ref().and_then(|found| u32::try_from(found.index).ok());
        self.needs(module, index.map_or(Piece::List, Piece::Type));
        found
    }

    fn find(&self, module: ModuleRef, id: ItemId) -> Option<Declared> {
        let facts = self.world.facts_of(module)?;
        let file = self.world.module(module).file?;
        let (path, file) = (self.world.path(file), self.world.declarations(file)?);
        let index = declared::type_at(&facts, id, &file)?;
        Some(Declared { file, index, at: (module, facts.items[id.0 as usize].scope), path })
    }
}

fn nesting(meaning: &Meaning) -> u32 {
    let deepest = |list: &[Meaning]| list.iter().map(nesting).max().unwrap_or(0);
    match meaning {
        Meaning::Own { arguments, .. } | Meaning::Foreign { arguments, .. } | Meaning::Tuple(arguments) => {
            deepest(arguments) + 1
        }
        Meaning::List(of) => nesting(of) + 1,
        Meaning::Unknown(_) => 1,
    }
}

fn unknown(reason: impl Into<Box<str>>, at: Spot) -> Type {
    Type::new(Shape::Unknown(reason.into()), at)
}
