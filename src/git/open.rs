//! A folder and git's environment variables → an open repository, its index file and its working tree.
//!
//! In a hook the variables decide: `git commit -a` and `git commit -- path` judge another index than `.git/index`, a linked working
//! tree has another `GIT_DIR`, a server's hook has its objects in quarantine. libgit2 reads `GIT_OBJECT_DIRECTORY`,
//! `GIT_ALTERNATE_OBJECT_DIRECTORIES`, `GIT_COMMON_DIR`, `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM` and `GIT_CONFIG_NOSYSTEM` itself;
//! where it resolves a relative path otherwise than git, the path is made absolute here. Settings given by `git -c` and
//! relative object directories of another folder than the current one are not seen. Ownership is always validated.

use std::{
    env,
    path::{Path, PathBuf},
};

use git2::RepositoryOpenFlags;

use super::{GitError, path::bytes_of};

/// What git's environment variables say.
#[derive(Clone, Debug, Default)]
pub(super) struct Environment {
    /// `GIT_DIR`.
    pub(super) git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`.
    pub(super) work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`.
    pub(super) index_file: Option<PathBuf>,
    /// `GIT_CEILING_DIRECTORIES`.
    pub(super) ceilings: Vec<PathBuf>,
    /// The ids of `GITHEAD_<id>`, sorted: what `git merge` is about to conclude.
    pub(super) merge_heads: Vec<String>,
}

impl Environment {
    /// The variables of this process; an empty one counts as not set.
    pub(super) fn of_process() -> Self {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let ceilings = env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
        let heads =
            env::vars_os().filter_map(|(name, _)| Some(name.to_str()?.strip_prefix("GITHEAD_")?.to_owned()));
        let mut merge_heads: Vec<String> = heads.collect();
        merge_heads.sort();
        Self {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            ceilings: env::split_paths(&ceilings).filter(|path| path.is_absolute()).collect(),
            merge_heads,
        }
    }
}

/// A repository that is open, and the paths that the environment gives it.
pub(super) struct Opened {
    pub(super) repository: git2::Repository,
    /// The index to judge; `None` in a bare repository to which the environment gives none.
    pub(super) index_file: Option<PathBuf>,
    /// The top of the working tree; `None` in a bare repository.
    pub(super) work_tree: Option<PathBuf>,
}

/// Opens the repository that git would use for a command run in `directory`.
pub(super) fn open(directory: &Path, environment: &Environment) -> Result<Opened, GitError> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let directory = std::path::absolute(directory).map_err(|error| GitError::Unreadable {
        what: "the current folder".to_owned(),
        why: error.to_string(),
    })?;
    let (start, flags) = match &environment.git_dir {
        Some(git_dir) => (
            directory.join(git_dir),
            RepositoryOpenFlags::FROM_ENV | RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT,
        ),
        None => (directory.clone(), RepositoryOpenFlags::FROM_ENV),
    };
    let repository = git2::Repository::open_ext(&start, flags, &environment.ceilings)
        .map_err(|error| GitError::of_opening(start, environment.git_dir.is_some(), &error))?;
    let work_tree = work_tree(&repository, &directory, environment);
    if let Some(work_tree) = &work_tree {
        let set = repository.set_workdir(work_tree, false);
        set.map_err(|error| {
            GitError::of_reading(&format!("the working tree {}", work_tree.display()), &error)
        })?;
    }
    let index_file = match &environment.index_file {
        Some(file) => Some(work_tree.as_ref().unwrap_or(&directory).join(file)),
        None => work_tree.is_some().then(|| repository.path().join("index")),
    };
    Ok(Opened { repository, index_file, work_tree })
}

/// The top of the working tree, as git has it (git(1), `GIT_WORK_TREE`).
///
/// With `GIT_DIR` alone, git takes the current folder for the top, where libgit2 takes the folder that `GIT_DIR` lies in; they
/// differ for a git directory that is kept elsewhere.
fn work_tree(repository: &git2::Repository, directory: &Path, environment: &Environment) -> Option<PathBuf> {
    if let Some(work_tree) = &environment.work_tree {
        return Some(directory.join(work_tree));
    }
    let own = repository.workdir()?.to_owned();
    let configured = || repository.config().is_ok_and(|config| config.get_entry("core.worktree").is_ok());
    let usual = bytes_of(repository.path()).is_some_and(|path| path.ends_with(b"/.git/"));
    let elsewhere = environment.git_dir.is_some() && !usual && !repository.is_worktree() && !configured();
    Some(if elsewhere { directory.to_owned() } else { own })
}
