//! The `audit` binary: everything it does is in [`kube_audit::cli`].

// Chosen by measurement (docs/performance.md): the allocator of musl is several times slower when many threads allocate, that of glibc by a fifth.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    kube_audit::cli::main()
}
