//! `audit man`: manual pages, made from the same definitions as `--help`.

use super::{Error, Exit, Result, terminal};
use std::path::PathBuf;

/// Without --dir the page of `audit` itself goes to standard output: `audit man | man -l -`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write one page per subcommand into this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result {
    match &args.dir {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(super::command()).render(&mut page)?;
            terminal::print(|out| out.write_all(&page))?;
        }
        Some(dir) => {
            std::fs::create_dir_all(dir).map_err(|e| Error::writing(dir, &e))?;
            clap_mangen::generate_to(super::command(), dir).map_err(|e| Error::writing(dir, &e))?;
        }
    }
    Ok(Exit::Clean)
}
