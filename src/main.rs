//! The program: hands the command line to the library.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // A panic in one site is caught and reported as that site's diagnostic; its trace helps nobody who edits texts.
    std::panic::set_hook(Box::new(|_| ()));
    hectare::cli::run(std::env::args_os()).into()
}
