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
    let start = environment.git_dir.as_ref().map_or_else(|| directory.clone(), |named| directory.join(named));
    let explain = |error| GitError::of_opening(start.clone(), environment.git_dir.is_some(), &error);
    let (git_dir, work_tree) = match (&environment.git_dir, &environment.work_tree) {
        (None, None) => {
            let flags = RepositoryOpenFlags::FROM_ENV;
            let repository =
                git2::Repository::open_ext(&start, flags, &environment.ceilings).map_err(explain)?;
            let work_tree = repository.workdir().map(Path::to_owned);
            return Ok(Opened::new(repository, work_tree, &directory, environment));
        }
        (None, Some(work_tree)) => {
            let found = git2::Repository::discover_path(&start, &environment.ceilings).map_err(explain)?;
            (found, Some(directory.join(work_tree)))
        }
        (Some(_), Some(work_tree)) => (start.clone(), Some(directory.join(work_tree))),
        (Some(_), None) => {
            let flags = RepositoryOpenFlags::FROM_ENV | EXACTLY;
            let repository = git2::Repository::open_ext(&start, flags, NO_CEILINGS).map_err(explain)?;
            (repository.path().to_owned(), work_tree_of_git_dir(&repository, &directory))
        }
    };
    let repository = handle(&git_dir, work_tree.as_deref()).map_err(explain)?;
    Ok(Opened::new(repository, work_tree, &directory, environment))
}

/// The path names the git directory itself.
const EXACTLY: RepositoryOpenFlags = RepositoryOpenFlags::NO_SEARCH.union(RepositoryOpenFlags::NO_DOTGIT);
const NO_CEILINGS: std::iter::Empty<&str> = std::iter::empty();

/// Opens the git directory with the working tree that has been found for it, whatever libgit2 would find.
pub(super) fn handle(git_dir: &Path, work_tree: Option<&Path>) -> Result<git2::Repository, git2::Error> {
    let flags = RepositoryOpenFlags::FROM_ENV | RepositoryOpenFlags::BARE | EXACTLY;
    let repository = git2::Repository::open_ext(git_dir, flags, NO_CEILINGS)?;
    if let Some(work_tree) = work_tree {
        repository.set_workdir(work_tree, false)?;
    }
    Ok(repository)
}

impl Opened {
    fn new(
        repository: git2::Repository,
        work_tree: Option<PathBuf>,
        directory: &Path,
        environment: &Environment,
    ) -> Self {
        let index_file = match &environment.index_file {
            // Git reads it as seen from the top of the working tree, wherever the command was started.
            Some(file) => Some(work_tree.as_deref().unwrap_or(directory).join(file)),
            None => work_tree.is_some().then(|| repository.path().join("index")),
        };
        Self { repository, index_file, work_tree }
    }
}

/// The top of the working tree when `GIT_DIR` alone is set (git(1), `GIT_WORK_TREE`): what the settings say, else the current
/// folder.
///
/// libgit2 takes the folder that `GIT_DIR` lies in, which is right for a `.git` in its usual place only.
fn work_tree_of_git_dir(repository: &git2::Repository, directory: &Path) -> Option<PathBuf> {
    let own = repository.workdir()?.to_owned();
    let configured = repository.config().is_ok_and(|config| config.get_entry("core.worktree").is_ok());
    let usual = bytes_of(repository.path()).is_some_and(|path| path.ends_with(b"/.git/"));
    Some(if usual || configured || repository.is_worktree() { own } else { directory.to_owned() })
}
