#ifndef HYDRA_SPAWNING_H
#define HYDRA_SPAWNING_H

#include <spawn.h>

/// Has a child start with no descriptor from `first` on. The C library (glibc 2.34 and later) declares it only for GNU
/// sources, which Swift's view of it is not.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

#endif
