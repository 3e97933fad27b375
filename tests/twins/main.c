/* SPDX-License-Identifier: MIT */
/* The twin worlds: so many pairs of stores, so many calls in each. Each pair has a seed, from which all of it follows, so that a pair that
 * failed can be run alone.
 *
 *   twins                  a small run, as ctest does it     twins --seed N   one pair, with the same calls
 *   twins --size gate      200 pairs of 500 calls            --state FILE     what is done already is left out; FILE is written on
 *   twins --size long      1,000 pairs of 1,000 calls        --show NAME      what calls of a function give
 *   --pairs, --calls, --from, --jobs N: sizes of one's own */
#include "base/error.h"
#include "support/store.h"
#include "twins.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct twins_run {
    uint64_t from, pairs, calls, jobs;
    bool whole;               /* enough calls that each row has to find something */
    const char *state, *show; /* show: a function whose results are printed */
    char *folder;
    uint64_t *found, *done; /* shared by the processes: of each row; of pairs, and in [1] calls that differ */
    bool *finished;         /* of each seed, by the state file */
} twins_run;

/* --- rows --- */

static const twins_table *const tables[] = {&twins_calls_read, &twins_calls_list, &twins_calls_quote, &twins_calls_write};

size_t twins_row_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) count += tables[i]->count;
    return count;
}

const twins_row *twins_row_at(size_t index) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (index < tables[i]->count) return &tables[i]->rows[index];
        index -= tables[i]->count;
    }
    return NULL;
}

/* --- one call --- */

static void run_writing(const twins_row *row, twins_call *call) {
    crm_txn *snapshot = call->txn;
    int rc = twins_begin(call->db, CRM_TXN_WRITE, call->pair->user, &call->txn);
    if (rc == CRM_OK) row->run(call);
    if (rc == CRM_OK && call->commit) rc = crm_txn_commit(call->txn);
    twins_tell(call, rc);
    crm_txn_free(call->txn);
    call->txn = snapshot;
}

static twins_call run_call(twins_pair *pair, const twins_row *row, int world, char **text, size_t *size) {
    twins_call call = {.pair = pair, .world = world, .db = pair->db[world], .txn = pair->txn[world], .random = pair->random};
    call.out = open_memstream(text, size);
    twins_need(call.out != NULL, "memory");
    crmi_error_set_row(CRM_E_BUSY, CRM_PARTY_NAME, (uint64_t)world + 1, "left of store %d", world); /* of another's call in this thread */
    if (row->writes)
        run_writing(row, &call);
    else
        row->run(&call);
    fprintf(call.out, "end %llu\n", (unsigned long long)call.random);
    fclose(call.out);
    return call;
}

static void keep_token(twins_pair *pair, char *token) {
    size_t at = pair->token_count < TWINS_TOKENS ? pair->token_count++ : (size_t)twins_draw(&pair->random, TWINS_TOKENS);
    if (pair->tokens[at]) free(pair->tokens[at]);
    pair->tokens[at] = token;
}

/* After a commit his snapshots are made anew. */
static void renew(twins_pair *pair) {
    for (int i = 0; i < 2; i++) {
        crm_txn_free(pair->txn[i]);
        twins_need(twins_begin(pair->db[i], 0, pair->user, &pair->txn[i]) == CRM_OK, "his snapshot");
    }
}

/* Saved proposals have all kinds of bytes. */
static void print_text(const char *title, const char *text, size_t size) {
    printf("--- %s\n", title);
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\n' || (unsigned char)text[i] >= ' ')
            putchar(text[i]);
        else
            printf("\\x%02x", (unsigned)text[i]);
}

static void print_difference(char *const text[2], const size_t size[2]) {
    size_t at = 0, lines = 1;
    for (; at < size[0] && at < size[1] && text[0][at] == text[1][at]; at++) lines += text[0][at] == '\n';
    printf("at byte %zu, line %zu\n", at, lines);
    print_text("first", text[0], size[0]);
    print_text("second", text[1], size[1]);
}

static bool compare(twins_run *run, twins_pair *pair, uint64_t number, size_t at) {
    char *text[2];
    size_t size[2];
    const twins_row *row = twins_row_at(at);
    twins_call call[2];
    for (int i = 0; i < 2; i++) call[i] = run_call(pair, row, i, &text[i], &size[i]);
    bool same = size[0] == size[1] && memcmp(text[0], text[1], size[0]) == 0;
    if (!same)
        printf("seed %llu call %llu crm_%s() differs: twins --seed %llu\n", (unsigned long long)pair->seed, (unsigned long long)number,
               row->name, (unsigned long long)pair->seed);
    if (!same) print_difference(text, size);
    if (same && call[0].found && row->expect == TWINS_EMPTY)
        printf("seed %llu call %llu crm_%s() gives what he does not see\n%s\n", (unsigned long long)pair->seed, (unsigned long long)number,
               row->name, text[0]);
    if (run->show && strcmp(run->show, row->name) == 0) printf("call %llu\n%s\n", (unsigned long long)number, text[0]);
    bool good = same && !(call[0].found && row->expect == TWINS_EMPTY);
    __atomic_fetch_add(&run->found[at], call[0].found, __ATOMIC_RELAXED);
    if (call[0].token) keep_token(pair, call[0].token);
    free(call[1].token);
    for (int i = 0; i < 2; i++) free(text[i]);
    if (row->writes ? call[0].commit : strcmp(row->name, "transact") == 0) renew(pair);
    return good;
}

/* --- one pair --- */

static void note_finished(const twins_run *run, uint64_t seed) {
    if (!run->state) return;
    FILE *out = fopen(run->state, "a");
    twins_need(out != NULL, run->state);
    fprintf(out, "%llu\n", (unsigned long long)seed);
    fclose(out);
}

static void run_pair(twins_run *run, uint64_t seed) {
    static twins_pair pair;
    uint64_t bad = 0, random = seed * 7 + 5;
    twins_open(&pair, seed, run->folder);
    for (uint64_t i = 0; i < run->calls && bad < 3; i++) {
        pair.random = random + i * 65537;
        bad += !compare(run, &pair, i, (size_t)twins_draw(&pair.random, twins_row_count()));
    }
    twins_close(&pair);
    fflush(stdout);
    __atomic_fetch_add(&run->done[0], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&run->done[1], bad, __ATOMIC_RELAXED);
    if (!bad) note_finished(run, seed);
}

/* --- all of them --- */

static void run_job(twins_run *run, uint64_t job) {
    for (uint64_t i = job; i < run->pairs; i += run->jobs)
        if (!run->finished[i]) run_pair(run, run->from + i);
}

static volatile sig_atomic_t interrupted;
static void interrupt(int number) { interrupted = number; }

/* False where a process failed, or all were interrupted: what was finished by then is in the state file. */
static bool run_jobs(twins_run *run) {
    const struct sigaction action = {.sa_handler = interrupt}; /* wait() ends with it */
    pid_t children[64] = {0};
    bool good = true;
    fflush(stdout);
    for (uint64_t job = 0; job < run->jobs; job++) {
        children[job] = fork();
        twins_need(children[job] >= 0, "fork");
        if (children[job]) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run_job(run, job);
        exit(0);
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    pid_t ended;
    for (int status = 0; (ended = wait(&status)) > 0 || (errno == EINTR && !interrupted);) {
        if (ended > 0 && WIFSIGNALED(status)) printf("a process ended by signal %d\n", WTERMSIG(status));
        good &= ended < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
        for (uint64_t job = 0; job < run->jobs; job++)
            if (children[job] == ended) children[job] = 0;
    }
    for (uint64_t job = 0; job < run->jobs; job++) {
        if (!children[job]) continue; /* it has ended already */
        kill(children[job], SIGKILL);
        waitpid(children[job], NULL, 0);
    }
    return good && !interrupted;
}

/* The state is of this program as it is built now and of as many calls: anything else begins anew. */
static void read_state(twins_run *run) {
    char head[200], line[200];
    struct stat program;
    twins_need(stat("/proc/self/exe", &program) == 0, "program");
    snprintf(head, sizeof head, "twins %llu calls, program of %lld.%09ld\n", (unsigned long long)run->calls,
             (long long)program.st_mtim.tv_sec, program.st_mtim.tv_nsec);
    FILE *in = fopen(run->state, "r");
    bool same = in && fgets(line, sizeof line, in) && strcmp(line, head) == 0;
    while (same && fgets(line, sizeof line, in)) {
        uint64_t seed = strtoull(line, NULL, 10);
        if (seed >= run->from && seed - run->from < run->pairs) run->finished[seed - run->from] = true;
    }
    if (in) fclose(in);
    if (same) return;
    FILE *out = fopen(run->state, "w");
    twins_need(out && fputs(head, out) >= 0 && fclose(out) == 0, run->state);
}

static int check_found(const twins_run *run) {
    int bad = 0;
    for (size_t i = 0; run->whole && i < twins_row_count(); i++) {
        const twins_row *row = twins_row_at(i);
        if (row->expect != TWINS_FINDS || run->found[i]) continue;
        printf("crm_%s() never found anything\n", row->name);
        bad++;
    }
    return bad;
}

static uint64_t number(const char *text) {
    char *end;
    errno = 0;
    uint64_t value = text ? strtoull(text, &end, 10) : 0;
    if (text && *text && !*end && !errno) return value;
    fputs(
        "usage: twins [--size small|gate|long] [--seed N] [--from N] [--pairs N] [--calls N] [--jobs N] [--state FILE] [--show FUNCTION]\n",
        stderr);
    exit(2);
}

static void read_options(twins_run *run, char **argv) {
    for (char **at = argv + 1; *at; at += 2) {
        if (strcmp(*at, "--size") == 0 && at[1]) {
            bool small = strcmp(at[1], "small") == 0, gate = strcmp(at[1], "gate") == 0;
            if (!small) run->pairs = gate ? 200 : 1000;
            if (!small) run->calls = gate ? 500 : 1000;
        } else if (strcmp(*at, "--seed") == 0) {
            run->from = number(at[1]);
            run->pairs = run->jobs = 1;
            run->whole = false;
        } else if (strcmp(*at, "--state") == 0 && at[1])
            run->state = at[1];
        else if (strcmp(*at, "--show") == 0 && at[1])
            run->show = at[1] + 4 * (strncmp(at[1], "crm_", 4) == 0);
        else
            *(strcmp(*at, "--from") == 0    ? &run->from
              : strcmp(*at, "--pairs") == 0 ? &run->pairs
              : strcmp(*at, "--jobs") == 0  ? &run->jobs
                                            : &run->calls) = number(at[1]);
    }
}

static void *shared(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    twins_need(memory != MAP_FAILED, "memory");
    return memory;
}

int main(int argc, char **argv) {
    twins_run run = {.from = 1, .pairs = 40, .calls = 500, .jobs = 2, .whole = true};
    const char *source = getenv("CRM_SOURCE");
    (void)argc;
    read_options(&run, argv);
    if (!run.jobs || run.jobs > 64) run.jobs = 1;
    run.whole &= run.pairs * run.calls >= 20000;
    run.finished = calloc(run.pairs + 1, sizeof *run.finished);
    run.found = shared((twins_row_count() + 2) * sizeof *run.found);
    run.done = run.found + twins_row_count();
    if (run.state) read_state(&run);
    if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 1); /* nothing here has to last */
    run.folder = test_folder_new();
    int bad = source ? twins_check_headers(source) : 0;
    bool ended = run_jobs(&run);
    if (run.done[0] == run.pairs) bad += check_found(&run);
    test_folder_remove(run.folder);
    uint64_t before = 0;
    for (uint64_t i = 0; i < run.pairs; i++) before += run.finished[i];
    printf("%llu pairs of %llu calls, %llu before, %llu differ\n", (unsigned long long)run.done[0], (unsigned long long)run.calls,
           (unsigned long long)before, (unsigned long long)run.done[1]);
    free(run.folder);
    free(run.finished);
    return ended && !bad && run.done[0] + before == run.pairs && !run.done[1] ? 0 : 1;
}
