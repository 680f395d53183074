//! A host of guanxi in small: it reads lines, runs them on any store, and tells what came of them.
//!
//! [`main`] is the whole program over a store; another crate runs the same week on its own store by including this
//! folder. [`week`] makes the bundled lines, [`host`] runs lines, [`story`] and [`json`] tell what happened; [`import`] brings
//! files into the store instead.

pub mod args;
pub mod ask;
pub mod columns;
pub mod company;
pub mod feed;
pub mod fetches;
pub mod handles;
pub mod host;
pub mod import;
pub mod json;
pub mod line;
pub mod names;
pub mod prose;

pub mod split_mix;
pub mod story;
pub mod week;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use guanxi::{Crm, Definition};

use args::{Args, Wanted};
use company::Company;
use feed::{Output, Teller};
use host::Host;
use import::batches::Batches;
use import::telling::{Form, Telling};

/// Runs what the arguments ask for on `store`; returns 0, 1 for wrong input, 2 for wrong arguments.
pub fn main<S: Batches>(args: impl Iterator<Item = String>, store: &mut S) -> ExitCode {
    let wanted = match Args::read(args) {
        Ok(wanted) => wanted,
        Err(problem) => {
            eprintln!("{problem}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    let done = match wanted {
        Wanted::Help => print(args::HELP),
        Wanted::Run(args) => run(&args, store),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run<S: Batches>(args: &Args, store: &mut S) -> Result<(), String> {
    if let Some(wanted) = &args.import {
        return import(args, wanted, store);
    }
    let company = Company::new(args.seed);
    let lines = match &args.commands {
        Some(path) => feed::numbered(&read(path)?),
        None => feed::from_lines(&week::week(&company)),
    };
    if args.print_commands {
        return lines.iter().try_for_each(|(_, text)| print(&format!("{text}\n")));
    }
    let (crm, definition) = defined(args.definition.as_deref())?;
    if args.print_definition {
        return print(&definition_text(&definition)?);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut teller = match args.json {
        true => Teller::json(),
        false => Teller::story(&args.heading(&company), crm.schema().settings().utc_offset, io::stdout().is_terminal()),
    };
    let mut host = Host::new(&crm, args.seed);
    let told = feed::run(&mut host, store, &lines, &mut teller, |output| match output {
        Output::Told(text) => out.write_all(text.as_bytes()).map_err(failed),
        Output::Bad(problem) => {
            eprintln!("{problem}");
            Ok(())
        }
    });
    out.flush().map_err(failed)?;
    match told? {
        0 => Ok(()),
        1 => Err("1 line could not be used; all others were run".into()),
        bad => Err(format!("{bad} lines could not be used; all others were run")),
    }
}

/// Imports a folder.
fn import<S: Batches>(args: &Args, wanted: &import::Wanted, store: &mut S) -> Result<(), String> {
    let of_folder = Path::new(&wanted.folder).join("definition.json");
    let of_folder = of_folder.exists().then(|| of_folder.display().to_string());
    let (crm, definition) = defined(args.definition.as_deref().or(of_folder.as_deref()))?;
    if args.print_definition {
        return print(&definition_text(&definition)?);
    }
    let form = if args.json { Form::Json } else { Form::Text };
    let out = io::BufWriter::new(io::stdout().lock());
    let mut telling = Telling::new(out, form, io::stderr().is_terminal());
    let others = if wanted.dry_run { "all others would land" } else { "all others have landed" };
    match import::run(wanted, &crm, store, &mut telling)? {
        0 => Ok(()),
        1 => Err(format!("1 row was refused or stayed incomplete; {others}")),
        rows => Err(format!("{rows} rows were refused or stayed incomplete; {others}")),
    }
}

/// Returns the definition in a file, or the standard one.
fn defined(path: Option<&str>) -> Result<(Crm, Definition), String> {
    let (name, definition) = match path {
        Some(path) => (path, Definition::from_json(&read(path)?)),
        None => ("the standard definition", guanxi::standard()),
    };
    Ok((compile(name, &definition)?, definition))
}

/// Returns a definition as `--definition` reads it.
pub fn definition_text(definition: &Definition) -> Result<String, String> {
    let json = serde_json::to_string_pretty(definition);
    json.map(|json| json + "\n").map_err(|error| format!("the definition cannot be written: {error}"))
}

fn compile(name: &str, definition: &Definition) -> Result<Crm, String> {
    definition.compile().map_err(|problems| {
        let all: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
        let problems = if all.len() == 1 { "problem" } else { "problems" };
        format!("{name} has {} {problems}:\n{}", all.len(), all.join("\n"))
    })
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("`{path}` cannot be read: {error}"))
}

/// Who stops reading early, like `head`, has what he wanted.
fn print(text: &str) -> Result<(), String> {
    io::stdout().write_all(text.as_bytes()).map_err(failed)
}

fn failed(error: io::Error) -> String {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    format!("the output cannot be written: {error}")
}
