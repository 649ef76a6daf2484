//! The documents that APIs link: found beside the design or in the judged tree, read once, and made part of the design.
//!
//! Their operations become endpoints of the API, with places in the document, so that all rules see one kind of endpoint.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::basis::{BlobId, RepoPath};
use crate::cache::{Cache, Form};
use crate::contract::{self, Document, Operation, Security, Unreadable};
use crate::git;
use crate::options::{CheckError, ErrorKind};
use crate::reflexion::{self, Promise};
use crate::report::PlacedError;
use crate::sources::Side;
use crate::spec::{Api, At, Auth, Declared, Design, EndpointDeclaration, SpecFile};

/// A document as it is kept, with what it was read from.
#[derive(Serialize, Deserialize)]
struct Kept {
    document: Document,
    /// Every file that decides what it says, and what that file held; `None` where there was none.
    files: Vec<(RepoPath, Option<BlobId>)>,
}

impl Kept {
    /// The document, named by what it was read from.
    fn named(self) -> Linked {
        let name = Cache::written(&self.files).and_then(|text| git::id_of(&text));
        (self.document, name)
    }
}

/// Makes the operations of linked documents part of the design, and says what its APIs promise. Their texts are long, and only part of
/// it where the design is compared with another one (`with_texts`); see [`text`].
///
/// # Errors
///
/// A document that is not there, or that cannot be parsed at all.
pub(crate) fn link(
    design: &mut Design,
    side: &Side<'_>,
    with_texts: bool,
) -> Result<Vec<Promise>, CheckError> {
    let (mut documents, mut failure) = (Vec::<Option<Linked>>::new(), None);
    for index in 0..design.apis.len() {
        let read = design.apis[index].openapi.as_ref().map(|linked| open(design, linked, side));
        let document = read.and_then(|read| read.map_err(|error| failure.get_or_insert(error).clone()).ok());
        if let Some((document, _)) = &document {
            let text = |path: &RepoPath| if with_texts { text(path, side) } else { "".into() };
            add(design, index, document, &text);
        }
        documents.push(document);
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let promises = of_all(design, &documents);
    let errors = contradictions(design, (&promises, &documents), side);
    if errors.is_empty() { Ok(promises) } else { Err(contradiction(errors)) }
}

/// What the APIs of a design promise whose documents are linked already; one that cannot be read promises nothing.
pub(crate) fn promises(design: &Design, side: &Side<'_>) -> Vec<Promise> {
    let document = |api: &Api| open(design, api.openapi.as_ref()?, side).ok();
    let documents: Vec<Option<Linked>> = design.apis.iter().map(document).collect();
    of_all(design, &documents)
}

/// A document with the name of all that it says.
type Linked = (Document, Option<BlobId>);

fn of_all(design: &Design, documents: &[Option<Linked>]) -> Vec<Promise> {
    let promise = |(api, linked): (&Api, &Option<Linked>)| {
        let (document, name) =
            linked.as_ref().map_or((None, None), |(document, name)| (Some(document), *name));
        Promise { document: name, ..Promise::new(design, api, document) }
    };
    design.apis.iter().zip(documents).map(promise).collect()
}

/// The name of all that the documents say that APIs link; `None` where it has none.
pub(crate) fn name(promises: &[Promise]) -> Option<BlobId> {
    git::id_of(&Cache::written(&promises.iter().map(|promise| promise.document).collect::<Vec<_>>())?)
}

/// Whether a design links the file.
pub(crate) fn is_linked(promises: &[Promise], path: &RepoPath) -> bool {
    promises.iter().any(|promise| promise.contract.files().any(|file| file == path))
}

/// Lines of the TOML that take back what a document promises.
fn contradictions(
    design: &Design,
    (promises, documents): (&[Promise], &[Option<Linked>]),
    side: &Side<'_>,
) -> Vec<PlacedError> {
    let mut errors = Vec::new();
    for ((api, promise), document) in design.apis.iter().zip(promises).zip(documents) {
        let Some((document, _)) = document else { continue };
        for (at, message) in reflexion::contradictions(design, api, (promise, document)) {
            let file = &design.files[at.file as usize];
            let help = "a line of the spec may say more exactly what the document promises".to_owned();
            errors.push(PlacedError {
                file: file.path.clone(),
                text: if file.is_linked { text(&file.path, side) } else { Arc::clone(&file.text) },
                span: at.span,
                message,
                help: Some(help),
            });
        }
    }
    errors
}

fn contradiction(errors: Vec<PlacedError>) -> CheckError {
    CheckError {
        kind: ErrorKind::Spec,
        message: "the spec contradicts a document that it links".to_owned(),
        help: Vec::new(),
        spec_errors: errors,
    }
}

/// Whether a file of a linked document is another one on the base side.
pub(crate) fn differ(promises: &[Promise], head: &Side<'_>, base: &Side<'_>) -> bool {
    let mut files = promises.iter().flat_map(|promise| promise.contract.files());
    files.any(|path| head.id_at(path) != base.id_at(path))
}

/// Where a document lies: in the judged tree, unless it is named as lying beside a spec file that does not lie there.
fn located(design: &Design, linked: &Declared<String>) -> (RepoPath, bool) {
    let spec = &design.files[linked.at.file as usize].path;
    match linked.value.strip_prefix("./") {
        Some(beside) => {
            let path = RepoPath::resolve(spec.folder(), beside).unwrap_or_else(|| RepoPath::from(beside));
            (path, spec.folder() != b"specs")
        }
        None => (RepoPath::from(linked.value.as_str()), false),
    }
}

fn open(design: &Design, linked: &Declared<String>, side: &Side<'_>) -> Result<Linked, CheckError> {
    let (path, on_disk) = located(design, linked);
    let found = if on_disk { contract::read(&disk, &path).map(named) } else { in_tree(&path, side) };
    found.map_err(|mut why| {
        if !on_disk && side.is_link(&path) {
            why.message = "it is a symbolic link, and links are not followed".to_owned();
        }
        unreadable(design, linked.at, &why)
    })
}

/// A document that was read from no tree, named by all that it says.
fn named(document: Document) -> Linked {
    let name = Cache::written(&document).and_then(|text| git::id_of(&text));
    (document, name)
}

fn in_tree(path: &RepoPath, side: &Side<'_>) -> Result<Linked, Unreadable> {
    let id = side.id_at(path);
    let is_fresh = |kept: &Kept| kept.files.iter().all(|(path, id)| side.id_at(path) == *id);
    if let Some(kept) = id.and_then(|id| side.cache().get::<Kept>(id, Form::Document)).filter(is_fresh) {
        return Ok(kept.named());
    }
    let document = contract::read(&|path| side.text(path), path)?;
    if let Some(id) = id {
        let files = document.files().map(|path| (path.clone(), side.id_at(path))).collect();
        let kept = Kept { document, files };
        side.cache().put(id, Form::Document, &kept);
        return Ok(kept.named());
    }
    Ok(named(document))
}

fn disk(path: &RepoPath) -> Option<Arc<str>> {
    std::fs::read_to_string(Path::new(path.as_str()?)).ok().map(Into::into)
}

/// The text of a document, or of a file that belongs to one.
pub(crate) fn text(path: &RepoPath, side: &Side<'_>) -> Arc<str> {
    side.text(path).or_else(|| disk(path)).unwrap_or_else(|| "".into())
}

/// Appends what the document declares and the TOML does not.
fn add(design: &mut Design, index: usize, document: &Document, text: &dyn Fn(&RepoPath) -> Arc<str>) {
    let first = u32::try_from(design.files.len()).unwrap_or(u32::MAX);
    for path in &document.types.files {
        design.files.push(SpecFile { path: path.clone(), text: text(path), is_linked: true });
    }
    let api = &mut design.apis[index];
    let key = |endpoint: &EndpointDeclaration| (endpoint.method, endpoint.path.shape());
    let mut known = BTreeMap::new();
    for (at, endpoint) in api.endpoints.iter().enumerate() {
        known.entry(key(endpoint)).or_insert(at);
    }
    for operation in &document.operations {
        let endpoint = declared(api, operation, first);
        if reflexion::excepted(api, &endpoint.path) {
            continue;
        }
        match known.entry(key(&endpoint)) {
            Entry::Occupied(known) => {
                let known = &mut api.endpoints[*known.get()];
                known.auth = known.auth.take().or(endpoint.auth);
            }
            Entry::Vacant(free) => {
                free.insert(api.endpoints.len());
                api.endpoints.push(endpoint);
            }
        }
    }
}

fn declared(api: &Api, operation: &Operation, first: u32) -> EndpointDeclaration {
    let at = At { file: first + operation.at.file, span: operation.at.span };
    EndpointDeclaration {
        method: operation.method,
        path: api.path_of(&operation.path),
        at,
        handler: None,
        planned: false,
        auth: auth(api, &operation.security).map(|value| Declared { value, at }),
        query: None,
        request: None,
        responses: None,
    }
}

/// A scheme of the document is the guard of its name, where the API has one.
fn auth(api: &Api, security: &Security) -> Option<Auth> {
    match security {
        Security::Unsaid => None,
        Security::Open => Some(Auth::Open),
        Security::OneOf(ways) => {
            let named = ways.iter().flatten().map(|(scheme, _)| scheme);
            let is_guard = |scheme: &&str| api.guards.iter().any(|guard| guard.name.value == *scheme);
            named.map(|scheme| &**scheme).find(is_guard).map(|scheme| Auth::Guard(scheme.to_owned()))
        }
    }
}

fn unreadable(design: &Design, at: At, why: &Unreadable) -> CheckError {
    let file = &design.files[at.file as usize];
    let error = PlacedError {
        file: file.path.clone(),
        text: Arc::clone(&file.text),
        span: at.span,
        message: format!("the document cannot be read: {why}"),
        help: Some(
            "`openapi` is a path from the root of the judged tree, or `./…` beside the spec file".to_owned(),
        ),
    };
    CheckError {
        kind: ErrorKind::Spec,
        message: "a document that the spec links cannot be read".to_owned(),
        help: Vec::new(),
        spec_errors: vec![error],
    }
}
