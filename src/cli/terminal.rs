//! What we know of the terminal, and how we talk to it.

use super::Error;
use anstream::ColorChoice;
use std::io::{self, BufWriter, IsTerminal, Write};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// on a terminal that can, unless NO_COLOR is set
    #[default]
    Auto,
    /// always
    Always,
    /// never
    Never,
}

impl Color {
    /// Whether to colour what is written to standard output.
    pub(super) fn on_stdout(self) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        }
    }
}

/// Columns of the terminal behind standard output; `None` when it is none.
pub(super) fn width() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    Some(terminal_size::terminal_size_of(&stdout).map_or(80, |(w, _)| w.0).max(40))
}

/// Columns for messages on standard error.
pub(super) fn error_width() -> usize {
    let stderr = io::stderr();
    terminal_size::terminal_size_of(&stderr).map_or(160, |(w, _)| usize::from(w.0))
}

/// Gives a buffered, locked standard output to `write` and flushes it.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Prints a value as JSON for programs and people.
pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Error> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// Text broken into lines of at most `width` columns, each after `indent`.
pub(super) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let room = width.saturating_sub(indent.len()).max(20);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let fits = line.is_empty() || unicode_width::UnicodeWidthStr::width(line.as_str()) + 1 + word.len() <= room;
            if !fits {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    let lines: Vec<String> = lines.into_iter().map(|l| format!("{indent}{l}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// One remark about the run on standard error.
pub(super) fn remark(text: &str) {
    let mut err = io::stderr().lock();
    // Nobody is left to be told when this fails.
    let _ = writeln!(err, "{text}");
}

/// Says why the command failed, continuation lines indented.
pub(super) fn complain(error: &Error) {
    remark(&format!("audit: {}", error.to_string().replace('\n', "\n       ")));
}
