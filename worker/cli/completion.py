"""`baton completion`: what a shell must know to complete words."""

import click

from worker.errors import UsageError

_WHERE = {
    "bash": "baton completion bash > ~/.local/share/bash-completion/completions/baton",
    "zsh": 'baton completion zsh > "${fpath[1]}/_baton"',
    "fish": "baton completion fish > ~/.config/fish/completions/baton.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_WHERE)))
def completion(shell: str) -> None:
    """Print what a shell needs to complete words of `baton`.

    Commands, options, files, and the names of tests, tags and environments in suite files.

    \b
      baton completion bash > ~/.local/share/bash-completion/completions/baton
      baton completion zsh > "${fpath[1]}/_baton"
      baton completion fish > ~/.config/fish/completions/baton.fish
      eval "$(baton completion bash)"        only in this shell
    """
    from click.shell_completion import get_completion_class

    from worker.cli.main import baton

    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"there is no completion for {shell}", hint=f"One of: {', '.join(_WHERE)}.")
    # The script asks for bash's version to be sure of it, which needs a bash here: not our affair.
    script = found(cli=baton, ctx_args={}, prog_name="baton", complete_var="_BATON_COMPLETE")
    click.echo(script.source_template % script.source_vars())
