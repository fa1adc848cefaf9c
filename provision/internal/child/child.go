package child

import (
	"context"
	"os/exec"
	"time"
)

// grace is how long a killed child's output pipes may stay open before Wait
// gives up on them; a grandchild that left the group could hold them for ever.
const grace = 2 * time.Second

// Command returns a command that runs argv[0] with the rest as arguments. The
// caller sets Dir, Env and the outputs, and starts it.
func Command(ctx context.Context, argv ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.WaitDelay = grace
	ownGroup(cmd)
	return cmd
}
