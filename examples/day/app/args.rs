//! What the command line asks for.

use super::company::Company;
use super::import::Wanted as Import;

/// What `--help` prints.
pub const HELP: &str = r#"A company's week on guanxi: what came in, what was decided and why, what the host sends.

Usage: cargo run --release --example day -- [OPTIONS]

  --seed N             another company: a number from 0 to 18446744073709551615; 1 unless given
  --json               one line of JSON for each event instead of the story
  --commands FILE      runs the lines of FILE on an empty store instead of the bundled week
  --definition FILE    uses the definition in FILE, as JSON, instead of the standard one
  --print-commands     prints the bundled week as such lines and runs nothing: a start for a file of your own
  --print-definition   prints the definition as JSON and runs nothing: a start for a FILE of your own
  --import DIR         imports the files of DIR instead, and tells what the store then says
  --mapping FILE       which file becomes what; DIR/mapping.json unless given. --definition is DIR/definition.json then,
                       where there is one, unless given
  --dry-run            tells what an import would do, and writes nothing
  --refused FILE       writes the rows that an import refuses to FILE, for a spreadsheet
  --help               prints this

FILE holds JSON objects. `at` is the time, never before that of the one above; `as` is who does it:

  {"at":"2026-03-02T09:00:00+08:00","as":{"system":"import"},
   "command":{"create":{"object":"user","id":"li.na","fields":{"name":"李娜","role":"sales","region":"east"}}}}
  {"at":"2026-03-02T09:05:00+08:00","as":{"system":"web-form"},"name":"yunzhou",
   "command":{"create":{"object":"lead","fields":{"company":"上海云舟科技有限公司","owner":"li.na"}}}}
  {"at":"2026-03-02T10:00:00+08:00","as":{"user":"$yunzhou.owner","roles":["sales"]},
   "command":{"update":{"object":"lead","id":"$yunzhou","fields":{"status":"qualified"}}}}
  {"at":"2026-03-05T09:30:00+08:00","tick":true}
  {"at":"2026-03-05T12:00:00+08:00","deliver":true}
  {"at":"2026-03-05T18:00:00+08:00","as":{"user":"li.na","roles":["sales"]},
   "ask":{"list":{"object":"lead","filter":"owner == 'li.na'"}}}

(on one line or on several; empty lines and lines that start with # between them are passed over)

  command   create, update, upsert, link, move_stage, delete, restore, comment, event
  tick      fires the timers that are due
  deliver   takes the effects that wait and settles them, as if they had been sent
  ask       list {object, filter, sort, descending, limit}, board {object, cards}, get {object, id},
            timeline {object, id, limit}, customer_360 {object, id, limit}
  name      names what the command made: after it "$yunzhou" stands for its id, "$yunzhou.owner" for a field of it,
            "$yunzhou.revision" for its revision, and "$yunzhou.RULE" for the record that a rule created on the way

A mapping is a JSON object; examples/day/maven holds one, with a definition and a few rows:

  as_of     when the files were written: what tells no moment has happened then, and nothing is later
  files     in the order of the import: {file, separator, in_time_order, import}; `import` is what guanxi::crm::import
            describes at ImportDef, and in_time_order tells all rows of the file by their moments
  report    {object, amount, by, without}: of which object with a pipeline the numbers are told, which field holds what a
            won one brings, by which fields they are told apart ("owner", "owner.manager"), and without which they are counted

Nothing is imported unless every file can be read to its end. The same import again changes nothing, and one that broke off
goes on when it is run again. Rows that are refused are told with file, row, column and reason, and the others land.

A command is done once: on a store that keeps what it has, the same lines with the same seed do nothing again.

A line that cannot be used is named on standard error and the others are run; the exit code is then 1, as for a
definition with problems, a file that cannot be read and an import with rows that were refused. Wrong options give 2.
The same input always gives the same output, byte for byte.
"#;

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Print the help.
    Help,
    /// Run, or print what would be run.
    Run(Args),
}

/// How to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    /// Which company.
    pub seed: u64,
    /// Whether to print JSON.
    pub json: bool,
    /// Whether to print the commands alone.
    pub print_commands: bool,
    /// Whether to print the definition alone.
    pub print_definition: bool,
    /// A file of commands.
    pub commands: Option<String>,
    /// A file with a definition.
    pub definition: Option<String>,
    /// What to import.
    pub import: Option<Import>,
}

impl Args {
    /// Reads the arguments without the name of the program.
    pub fn read(args: impl Iterator<Item = String>) -> Result<Wanted, String> {
        let mut wanted = Self {
            seed: 1,
            json: false,
            print_commands: false,
            print_definition: false,
            commands: None,
            definition: None,
            import: None,
        };
        let (mut folder, mut mapping, mut refused, mut dry_run) = (None, None, None, false);
        let mut args = args;
        while let Some(arg) = args.next() {
            // Both `--seed 7` and `--seed=7`.
            let (flag, given) = match arg.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (arg, None),
            };
            let takes_value = matches!(
                flag.as_str(),
                "--seed" | "--commands" | "--definition" | "--import" | "--mapping" | "--refused"
            );
            if !takes_value && given.is_some() {
                return Err(format!("`{flag}` takes no value"));
            }
            let mut value = |what: &str| {
                let value = given.clone().or_else(|| args.next());
                value.ok_or_else(|| format!("`{flag}` is the last argument: expected {what} after it"))
            };
            match flag.as_str() {
                "--seed" => {
                    let text = value("a number")?;
                    let expected = format!("`--seed {text}`: expected a whole number from 0 to {}", u64::MAX);
                    wanted.seed = text.parse().map_err(|_| expected)?;
                }
                "--commands" => wanted.commands = Some(value("the name of a file")?),
                "--definition" => wanted.definition = Some(value("the name of a file")?),
                "--import" => folder = Some(value("the name of a folder")?),
                "--mapping" => mapping = Some(value("the name of a file")?),
                "--refused" => refused = Some(value("the name of a file")?),
                "--dry-run" => dry_run = true,
                "--json" => wanted.json = true,
                "--print-commands" => wanted.print_commands = true,
                "--print-definition" => wanted.print_definition = true,
                "--help" | "-h" => return Ok(Wanted::Help),
                other => return Err(format!("unknown option `{other}`")),
            }
        }
        match folder {
            Some(_) if wanted.commands.is_some() || wanted.print_commands => {
                return Err("`--import` and commands: expected one of them".into());
            }
            Some(folder) => wanted.import = Some(Import { folder, mapping, dry_run, refused, seed: wanted.seed }),
            None if mapping.is_some() || refused.is_some() || dry_run => {
                return Err("`--mapping`, `--refused` and `--dry-run` belong to `--import`".into());
            }
            None => {}
        }
        Ok(Wanted::Run(wanted))
    }

    /// Returns the title of the story.
    pub fn heading(&self, company: &Company) -> String {
        match &self.commands {
            Some(path) => format!("What came of {path}"),
            None => format!("A week at {}, seed {}", company.name, self.seed),
        }
    }
}
