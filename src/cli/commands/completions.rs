use clap::builder::Resettable;
use clap::{Command, Id};
use clap_complete::{Shell, generate};

use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Print the completions of a shell, app names included
#[derive(clap::Args)]
pub struct Args {
    /// bash, zsh or fish
    #[arg(value_parser = ["bash", "zsh", "fish"])]
    shell: String,
}

/// A script that completes app names after the commands that take one.
///
/// clap's static scripts cannot know the names, so the shell asks `mfa list`.
const BASH: &str = r#"
_mfa_apps() {
    _mfa "$@"
    local word="${COMP_WORDS[COMP_CWORD]}" name
    [[ $word == -* ]] && return
    case " ${COMP_WORDS[*]:1:COMP_CWORD-1} " in
        *" -- "*|*" clients "*) ;;
        *" authenticate "*|*" -a "*|*" code "*|*" uri "*|*" qr "*|*" rename "*|*" remove "*|*" export "*|*" run "*|*" backup-codes "*|*" unlock "*|*" recover issue "*|*" recover use "*|*" recover cancel "*|*" resync "*|*" phone "*|*" sms "*|*" devices "*|*" policy check "*|*" policy forget "*|*" encrypt "*|*" decrypt "*|*" log "*)
            while IFS= read -r name; do
                [[ $name == "$word"* ]] && COMPREPLY+=("$(printf %q "$name")")
            done < <(mfa list 2>/dev/null | sed -n 's/^App Name: //p') ;;
    esac
}
complete -F _mfa_apps -o nosort -o bashdefault -o default mfa
"#;

const ZSH: &str = r#"
_mfa_apps() {
    local -a apps
    case " ${words[2,CURRENT-1]} " in
        *" -- "*|*" clients "*) ;;
        *" authenticate "*|*" -a "*|*" code "*|*" uri "*|*" qr "*|*" rename "*|*" remove "*|*" export "*|*" run "*|*" backup-codes "*|*" unlock "*|*" recover issue "*|*" recover use "*|*" recover cancel "*|*" resync "*|*" phone "*|*" sms "*|*" devices "*|*" policy check "*|*" policy forget "*|*" encrypt "*|*" decrypt "*|*" log "*)
            apps=(${(f)"$(mfa list 2>/dev/null | sed -n 's/^App Name: //p')"})
            [[ $words[CURRENT] != -* ]] && compadd -a apps ;;
    esac
    _mfa "$@"
}
compdef _mfa_apps mfa
"#;

const FISH: &str = r"
complete -c mfa -n '__fish_seen_subcommand_from authenticate code uri qr rename remove export run backup-codes unlock resync phone sms devices check forget issue use cancel encrypt decrypt log; and not __fish_seen_subcommand_from clients' -f -a '(mfa list 2>/dev/null | string replace -rf \'^App Name: \' \'\')'
complete -c mfa -s a -x -a '(mfa list 2>/dev/null | string replace -rf \'^App Name: \' \'\')'
";

#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub fn run(args: &Args, Context { env, .. }: &mut Context<'_>) -> Result<Status> {
    let (shell, apps) = match args.shell.as_str() {
        "zsh" => (Shell::Zsh, ZSH),
        "fish" => (Shell::Fish, FISH),
        _ => (Shell::Bash, BASH),
    };
    let mut script = Vec::new();
    let mut command = crate::cli::command().mut_subcommands(|command| without_flag(&command));
    generate(shell, &mut command, "mfa", &mut script);
    env.stdout.write(&String::from_utf8_lossy(&script));
    env.stdout.write(apps);
    Ok(Status::Done)
}

/// Returns a command without its hidden arguments, which clap's scripts would offer: they are the
/// flags that stand for a command, and mean nothing behind one.
fn without_flag(command: &Command) -> Command {
    let args = command.get_arguments().filter(|arg| !arg.is_hide_set()).cloned();
    // A name is required unless the flag gives it.
    let args = args.map(|arg| arg.required_unless_present(Resettable::<Id>::Reset));
    Command::new(command.get_name().to_owned())
        .bin_name(command.get_bin_name().unwrap_or_default().to_owned())
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .about(command.get_about().cloned().unwrap_or_default())
        .args(args)
        .subcommands(command.get_subcommands().map(without_flag))
}
