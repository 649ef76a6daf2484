//! A changed file of another ending → whether it is code all the same: what `include!` or `#[path]` brings in has any name.
//!
//! Most files of other endings are no code, and to say so must cost nothing: only below a folder of a package that holds sources are
//! these asked what they bring in, and only where one of them names the file is asked what the model makes of it.

use crate::basis::{Below, RepoPath};
use crate::facts::Language;
use crate::model::{Source, World};
use crate::sources::Side;

/// Which of these files of a side are code that sources bring in.
pub(crate) fn files<'p>(side: &Side<'_>, paths: impl Iterator<Item = &'p RepoPath>) -> Vec<&'p RepoPath> {
    let mut read: Vec<(Vec<u8>, String)> = Vec::new();
    let world = World::new(side);
    let mut is_brought = |path: &RepoPath| {
        let (Some(folder), Ok(name)) = (below_package(side, path), std::str::from_utf8(path.file_name()))
        else {
            return false;
        };
        let known = read.iter().position(|(known, _)| *known == folder).unwrap_or_else(|| {
            read.push((folder.clone(), bringing(side, &folder)));
            read.len() - 1
        });
        read[known].1.contains(name) && !world.locate(path).is_empty()
    };
    paths.filter(|path| Language::of(path).is_none() && is_brought(path)).collect()
}

/// The folder just below the package of a file in which it lies; `None` where it lies in none.
fn below_package(side: &Side<'_>, path: &RepoPath) -> Option<Vec<u8>> {
    let mut below: Option<&[u8]> = None;
    let mut folder = path.folder();
    loop {
        let manifest = [folder, b"/Cargo.toml".as_slice()].concat();
        if side.exists(&RepoPath::new(manifest.strip_prefix(b"/").unwrap_or(&manifest))) {
            return below.map(<[u8]>::to_vec);
        }
        if folder.is_empty() {
            return None;
        }
        below = Some(folder);
        folder = folder.iter().rposition(|byte| *byte == b'/').map_or(&[], |at| &folder[..at]);
    }
}

/// What the sources below a folder say where they bring in files.
fn bringing(side: &Side<'_>, folder: &[u8]) -> String {
    let sources = side.list(folder, Below::All).into_iter().filter(|path| Language::of(path).is_some());
    let said: Vec<_> = sources.filter_map(|path| side.hints(&path)).collect();
    let said: Vec<&str> = said.iter().flat_map(|hints| &hints.brings).map(|said| &**said).collect();
    said.join("\n")
}
