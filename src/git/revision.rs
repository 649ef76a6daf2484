//! Names of revisions → trees: `HEAD`, whatever `git rev-parse` takes, merge bases, the parents of a merge being concluded.
//!
//! A name that cannot be resolved is an error with a way out, never an empty side; only a branch that has no commit yet stands
//! for nothing. `git replace` is ignored.

use std::collections::BTreeSet;

use git2::{ErrorCode, ObjectType, Oid, Repository};

use super::{GitError, store::id_of};
use crate::basis::BlobId;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    /// The tree.
    pub(super) tree: BlobId,
    /// The commit; `None` when the name stands for a tree.
    pub(super) commit: Option<Oid>,
}

/// The commit that `HEAD` names; `None` on a branch without commits.
pub(super) fn head(repository: &Repository) -> Result<Option<Revision>, GitError> {
    match repository.head() {
        Ok(reference) => {
            let commit = reference.peel_to_commit().map_err(|error| object_error("HEAD", &error))?;
            of_commit(repository, commit.id()).map(Some)
        }
        Err(error) if error.code() == ErrorCode::UnbornBranch && is_unborn(repository) => Ok(None),
        Err(error) => Err(GitError::of_reading("HEAD", &error)),
    }
}

/// Whether `HEAD` names a branch that could exist and does not. A name like `refs/heads/.invalid` is what git puts there when the
/// truth is kept elsewhere.
fn is_unborn(repository: &Repository) -> bool {
    let head = repository.find_reference("HEAD").ok();
    let target = head.as_ref().and_then(|head| head.symbolic_target_bytes());
    let branch = target.and_then(|target| std::str::from_utf8(target).ok());
    branch.is_some_and(|name| name.starts_with("refs/") && git2::Reference::is_valid_name(name))
}

/// The commit or tree that `name` stands for; the empty name is `HEAD`.
pub(super) fn resolve(repository: &Repository, name: &str) -> Result<Revision, GitError> {
    let spelled = if name.is_empty() { "HEAD" } else { name };
    let object = repository.revparse_single(spelled).map_err(|error| {
        let name = spelled.to_owned();
        if error.code() == ErrorCode::Ambiguous {
            return GitError::Ambiguous { name };
        }
        GitError::Revision { name, shallow: is_shallow(repository) }
    })?;
    if let Ok(commit) = object.peel(ObjectType::Commit) {
        return of_commit(repository, commit.id());
    }
    match object.peel(ObjectType::Tree) {
        Ok(tree) => Ok(Revision { tree: id_of(tree.id()), commit: None }),
        Err(error) if error.code() == ErrorCode::NotFound => Err(object_error(spelled, &error)),
        Err(_) => Err(GitError::NotATree { name: spelled.to_owned() }),
    }
}

fn of_commit(repository: &Repository, id: Oid) -> Result<Revision, GitError> {
    let commit = repository.find_commit(id).map_err(|error| object_error("a commit", &error))?;
    Ok(Revision { tree: id_of(commit.tree_id()), commit: Some(id) })
}

fn object_error(what: &str, error: &git2::Error) -> GitError {
    GitError::of_reading(what, error)
}

/// The merge base of two revisions, and how many others are as good.
pub(super) fn merge_base(
    repository: &Repository,
    from: &str,
    to: &str,
) -> Result<(Revision, usize), GitError> {
    let ends = [resolve(repository, from)?, resolve(repository, to)?];
    let names = || (spelled(from).to_owned(), spelled(to).to_owned());
    let [Some(left), Some(right)] = ends.map(|end| end.commit) else {
        let (from, to) = names();
        return Err(GitError::Unrelated { from, to });
    };
    let boundary = boundary(repository);
    let cut_off = || {
        let (from, to) = names();
        GitError::Shallow { from, to }
    };
    match repository.merge_bases(left, right) {
        // What lies behind the boundary is unknown, and so is whether a nearer base does.
        Ok(bases) if bases.iter().any(|base| boundary.contains(base)) && left != right => Err(cut_off()),
        Ok(bases) if !bases.is_empty() => Ok((of_commit(repository, bases[0])?, bases.len() - 1)),
        Err(error) if boundary.is_empty() && error.code() != ErrorCode::NotFound => {
            Err(GitError::of_reading("history", &error))
        }
        Ok(_) | Err(_) if !boundary.is_empty() => Err(cut_off()),
        Ok(_) | Err(_) => {
            let (from, to) = names();
            Err(GitError::Unrelated { from, to })
        }
    }
}

fn spelled(name: &str) -> &str {
    if name.is_empty() { "HEAD" } else { name }
}

/// The commits whose parents this clone does not have; `shallow` is one file for all working trees.
fn boundary(repository: &Repository) -> BTreeSet<Oid> {
    let lines = std::fs::read_to_string(repository.commondir().join("shallow")).unwrap_or_default();
    lines.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
}

fn is_shallow(repository: &Repository) -> bool {
    !boundary(repository).is_empty()
}

/// The other parents of the commit that a merge in progress will make, in git's order, each once, without `head`.
///
/// While conflicts are resolved by hand they stand in `MERGE_HEAD`; in `pre-merge-commit` that file is not there yet and
/// `announced`, the ids of the `GITHEAD_<id>` variables (git-merge(1)), name them.
pub(super) fn merge_parents(
    repository: &Repository,
    head: Option<Oid>,
    announced: &[String],
) -> Result<Vec<Revision>, GitError> {
    let mut seen: BTreeSet<Oid> = head.into_iter().collect();
    let mut parents = Vec::new();
    let file = std::fs::read_to_string(repository.path().join("MERGE_HEAD")).unwrap_or_default();
    let recorded: Vec<Oid> = file.lines().filter_map(full_id).collect();
    for id in &recorded {
        if seen.insert(*id) {
            parents.push(of_commit(repository, *id)?);
        }
    }
    if recorded.is_empty() {
        for id in announced.iter().filter_map(|id| full_id(id)) {
            // A variable may be left over from an outer git that works on another repository.
            if repository.find_commit(id).is_ok() && seen.insert(id) {
                parents.push(of_commit(repository, id)?);
            }
        }
    }
    Ok(parents)
}

fn full_id(text: &str) -> Option<Oid> {
    let text = text.trim();
    (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten()
}
