//! The program through its binary: what no test inside the crate sees — arguments, streams, exit codes.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking, also in the functions it calls")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program, away from any repository and from the variables that change its output.
fn gate(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    command.args(arguments).current_dir(folder).env_clear().env("HOME", folder).stdin(Stdio::null());
    command.env("GIT_CEILING_DIRECTORIES", folder);
    command
}

fn output(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    gate(arguments, folder.path()).output().unwrap()
}

/// The exit code, and what standard output and the error stream begin with.
#[track_caller]
fn check(arguments: &[&str], code: i32, stdout: &str, stderr: &str) {
    let output = output(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    for (stream, start) in [(out, stdout), (err, stderr)] {
        assert!(
            stream.starts_with(start) && stream.is_empty() == start.is_empty(),
            "{arguments:?}: {stream}"
        );
        assert!(!stream.contains('\u{1b}'), "{stream}");
    }
}

#[test]
fn help_and_version_are_answers() {
    check(&["--help"], 0, "Judges a git change against the design", "");
    check(&["check", "--help"], 0, "Judge a change against the design", "");
    check(&["--version"], 0, concat!("gate ", env!("CARGO_PKG_VERSION")), "");
    check(&[], 2, "", "Judges a git change against the design");
}

#[test]
fn wrong_arguments_are_exit_2() {
    check(&["frobnicate"], 2, "", "error: unrecognized subcommand 'frobnicate'");
    check(&["rules", "--frobnicate"], 2, "", "error: unexpected argument '--frobnicate'");
    check(
        &["check", "--frobnicate"],
        2,
        "",
        "gate could not judge this change: unexpected argument '--frobnicate'",
    );
    check(&["check", "--format", "xml"], 2, "", "gate could not judge this change: invalid value 'xml'");
    check(&["check", ".."], 2, "", "gate could not judge this change: `..` names no revision");
    check(&["check", ""], 2, "", "gate could not judge this change: the revision is empty");
    check(&["check", "--all", "a..b"], 2, "", "gate could not judge this change: --all judges one side");
    check(&["explain", "privat-use"], 2, "", "error: there is no rule `privat-use`");
}

#[test]
fn what_cannot_be_judged_is_said_where_it_is_read() {
    check(&["check"], 2, "", "gate could not judge this change: ");
    check(&["check", "--format", "concise"], 2, "", "gate could not judge this change: ");
    check(
        &["check", "--format", "json"],
        2,
        "{\n  \"schema\": \"gate.report/1\",\n  \"verdict\": \"error\"",
        "",
    );
    check(&["check", "--format", "github"], 2, "::error title=gate::gate could not judge this change: ", "");
    check(&["model"], 2, "", "gate could not read the code: ");
    check(&["model", "--format", "json"], 2, "{\n  \"schema\": \"gate.report/1\"", "");
    check(&["spec", "check"], 2, "", "gate could not read the spec: ");
}

/// A repository that serves `GET /orders` and nothing else; nothing is committed.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("work/Cargo.toml", "[package]\nname = \"shop\"\n[dependencies]\naxum = \"0.8\"\n");
    write(
        "work/src/lib.rs",
        "use axum::{Router, routing::get};\npub fn router() -> Router { Router::new().route(\"/orders\", get(all)) }\nasync fn all() {}\n",
    );
    let document =
        "openapi: 3.0.3\npaths:\n  /orders: { get: { responses: { '200': { $ref: 'more.yaml#/ok' } } } }\n";
    write("spec/api.yaml", document);
    write("spec/more.yaml", "ok: { description: all }\n");
    let api = "gate = 1\n[design]\nunmapped = \"allow\"\n[api.shop]\nwhy = \"Public.\"\nopenapi = ";
    write("spec/beside.toml", &format!("{api}\"./api.yaml\"\n"));
    write("spec/linked.toml", &format!("{api}\"linked.yaml\"\n"));
    folder
}

/// Stages all of the repository and judges it by the spec.
fn judged_by(folder: &Path, spec: &str) -> (Option<i32>, String) {
    let work = folder.join("work");
    for arguments in [["init", "--quiet"], ["add", "."]] {
        let git = Command::new("git").args(arguments).current_dir(&work).output().unwrap();
        assert!(git.status.success(), "{git:?}");
    }
    let output = gate(&["check", "--all", "--spec", spec, "--format", "concise"], &work).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn a_document_beside_a_spec_is_found_wherever_the_spec_lies() {
    let folder = shop();
    let absolute = folder.path().join("spec/beside.toml");
    for spec in [absolute.to_str().unwrap(), "../spec/beside.toml"] {
        let (code, text) = judged_by(folder.path(), spec);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("1 endpoint") && !text.contains("unhandled"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_document_that_is_a_link_is_not_followed_and_that_is_said() {
    let folder = shop();
    std::os::unix::fs::symlink("../spec/api.yaml", folder.path().join("work/linked.yaml")).unwrap();
    let (code, text) = judged_by(folder.path(), "../spec/linked.toml");
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("linked.yaml: it is a symbolic link, and links are not followed"), "{text}");
}

#[test]
fn files_get_the_failure_too() {
    let folder = tempfile::tempdir().unwrap();
    let output = gate(&["check", "--format", "json=out.json"], folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(output.stderr.starts_with(b"gate could not judge this change: "));
    let written = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    assert!(written.contains("\"verdict\": \"error\""), "{written}");
}

#[test]
fn a_file_that_cannot_be_written_is_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let output = gate(&["check", "--format", "json=no/such/folder.json"], folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = "\ngate could not judge this change: could not write no/such/folder.json: ";
    assert!(String::from_utf8_lossy(&output.stderr).contains(error), "{output:?}");
}

#[test]
fn a_wrong_date_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = gate(&["check"], folder.path()).env("GATE_TODAY", "tomorrow").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let expected =
        "gate could not judge this change: GATE_TODAY is not a date of the form YYYY-MM-DD: tomorrow\n";
    assert!(String::from_utf8_lossy(&output.stderr).starts_with(expected));
}

#[test]
fn a_workflow_gets_annotations_and_shielded_text() {
    let folder = tempfile::tempdir().unwrap();
    let output = gate(&["check"], folder.path()).env("GITHUB_ACTIONS", "true").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("::error title=gate::gate could not judge this change: "), "{text}");
    let token = lines[1].strip_prefix("::stop-commands::").unwrap();
    assert!(lines[2].starts_with("gate could not judge this change: "), "{text}");
    assert_eq!(*lines.last().unwrap(), format!("::{token}::"));
}

#[test]
fn colour_is_there_when_asked_for() {
    let coloured = output(&["--color", "always", "check"]);
    assert!(coloured.stderr.starts_with(b"\x1b["));
    let folder = tempfile::tempdir().unwrap();
    let plain =
        gate(&["check"], folder.path()).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!plain.stderr.contains(&0x1b));
    let forced = gate(&["check"], folder.path()).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stderr.starts_with(b"\x1b["));
}

#[test]
fn every_shell_gets_its_script() {
    check(&["completions", "bash"], 0, "_gate() {", "");
    check(&["completions", "zsh"], 0, "#compdef gate", "");
    check(&["completions", "fish"], 0, "# Print an optspec for argparse", "");
    check(&["completions", "csh"], 2, "", "error: invalid value 'csh'");
}

#[test]
fn tables_and_schemas_are_json() {
    for arguments in [&["rules", "--format", "json"][..], &["schema", "spec"]] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(0));
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(value.is_object(), "{value}");
    }
}

/// A reader that has gone away changes no exit code and causes no complaint.
#[test]
fn a_closed_pipe_changes_nothing() {
    #[track_caller]
    fn check(arguments: &[&str], code: i32) {
        let folder = tempfile::tempdir().unwrap();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = gate(arguments, folder.path()).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
    check(&["--help"], 0);
    check(&["completions", "zsh"], 0);
    check(&["check", "--format", "json"], 2);
}

/// An answer that could not be written is none.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = gate(&["rules"], folder.path()).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.starts_with(b"error: could not write to standard output"), "{output:?}");
}
