/* OpenBLAS chooses its kernels by the CPU's model number, and on a model it does not know it falls back to
   SSE3 kernels, five times slower than the hardware. Here the choice is compared with the CPU's features and,
   where it is below them, made again: OPENBLAS_CORETYPE is set, the library's dynamic dispatch is torn down
   and set up, and the variable is removed so that child processes do not inherit it.

   It happens in a constructor, before main and before other threads exist: later, `setenv` would be a race.
   OpenBLAS is reached by dlsym, because a build without DYNAMIC_ARCH does not export the two functions. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "blas_repair.h"

static ck_blas_choice choice = {"", "", "OpenBLAS has not been looked at", 0, 0};
static char found_name[32], chosen_name[32];

typedef const char *(*name_function)(void);
typedef void (*switch_function)(void);

static const char *core_name(void) {
    name_function name = (name_function)dlsym(RTLD_DEFAULT, "openblas_get_corename");
    return name ? name() : "";
}

static int contains(const char *const *names, const char *name) {
    for (; *names; names++)
        if (strcasecmp(*names, name) == 0) return 1;
    return 0;
}

/* The feature level that a kernel set makes use of. */
static ck_level level_of(const char *name) {
    static const char *const avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
    static const char *const avx2[] = {"Haswell", "Zen", "Excavator", NULL};
    return contains(avx512, name) ? ck_level_avx512 : contains(avx2, name) ? ck_level_avx2 : ck_level_base;
}

/* Makes OpenBLAS choose again with `name` in its environment; 1 when it could. */
static int choose(const char *name) {
    switch_function quit = (switch_function)dlsym(RTLD_DEFAULT, "gotoblas_dynamic_quit");
    switch_function init = (switch_function)dlsym(RTLD_DEFAULT, "gotoblas_dynamic_init");
    if (!quit || !init) return 0;
    setenv("OPENBLAS_CORETYPE", name, 1);
    quit();
    init();
    unsetenv("OPENBLAS_CORETYPE");
    return 1;
}

static void remember(char *to, const char *name) {
    strncpy(to, name, 31);
    to[31] = 0;
}

static void conclude(int repaired, const char *reason) {
    remember(chosen_name, core_name());
    int below = chosen_name[0] != 0 && level_of(chosen_name) < ck_level_supported();
    choice = (ck_blas_choice){found_name, chosen_name, reason, repaired, below};
}

static void decide(ck_level hardware) {
    remember(found_name, core_name());
    if (found_name[0] == 0) {
        conclude(0, "OpenBLAS does not name its kernel set, so it was left as it is");
        return;
    }
    if (level_of(found_name) >= hardware) {
        conclude(0, "OpenBLAS's own choice uses what this CPU has");
        return;
    }
    const char *better = hardware == ck_level_avx512 ? "SkylakeX" : "Haswell";
    if (!choose(better)) {
        conclude(0, "OpenBLAS chose kernels below this CPU's features, and this build of it cannot choose again");
        return;
    }
    if (strcasecmp(core_name(), better) == 0)
        conclude(1, "OpenBLAS chose kernels below this CPU's features, so it was made to choose again");
    else
        conclude(1, "OpenBLAS chose kernels below this CPU's features and did not take the set it was given");
}

void ck_blas_repair_at_start(ck_level hardware) {
    const char *repair = getenv("LARIAT_BLAS_REPAIR");
    const char *wanted = getenv("OPENBLAS_CORETYPE");
    if (wanted) {
        remember(found_name, core_name());
        conclude(0, strcasecmp(wanted, found_name) == 0
                        ? "OPENBLAS_CORETYPE is set by the user and was left alone"
                        : "OPENBLAS_CORETYPE is set by the user, and OpenBLAS did not take it");
    } else if (repair && strcmp(repair, "off") == 0) {
        remember(found_name, core_name());
        conclude(0, "LARIAT_BLAS_REPAIR=off: OpenBLAS's own choice was left alone");
    } else {
        decide(hardware);
    }
}

ck_blas_choice ck_blas_choice_made(void) { return choice; }

int ck_blas_choice_undo(const char *reason) {
    if (!choice.repaired || !choose(found_name)) return 0;
    conclude(0, reason);
    return 1;
}

ck_blas_choice ck_blas_choice_again(const char *start_from) {
    if (start_from) choose(start_from);
    decide(ck_level_supported());
    return choice;
}

const char *ck_blas_library_path(void) {
    Dl_info info;
    void *symbol = dlsym(RTLD_DEFAULT, "openblas_get_config");
    return symbol && dladdr(symbol, &info) && info.dli_fname ? info.dli_fname : "";
}
