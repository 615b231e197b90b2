//! The `audit` binary: everything it does is in [`kube_audit::cli`].

// NOTE: the allocator of musl is several times slower when many threads allocate.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    kube_audit::cli::main()
}
