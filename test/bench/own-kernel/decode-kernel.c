/*
 * What a kernel of our own could read: y = W·x for one token, W in 4 bits with a float16 scale per block of 32 or 128, x in int8 with a scale per block of 32; AVX-512 VNNI.
 * The list of matrices is one token's on the shape of bench:peers; experts are drawn anew for each token. Not part of the product: a measured answer to
 * "what would it take". Built and run by own-kernel.ts.
 *
 *   cc -O3 -march=native -pthread decode-kernel.c -o decode-kernel -lm && ./decode-kernel THREADS
 */
#include <immintrin.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { HIDDEN = 2048, LAYERS = 6, EXPERTS = 64, USED = 6, MOE = 1408, DENSE = 10944, VOCAB = 32000, MAX_COLUMNS = DENSE, RUNS = 9, TOKENS = 20 };

/* W [rows, columns]: nibbles (two blocks of 32 to 32 bytes: the first in the low halves), then the scales. `count` such matrices lie behind each other. */
struct matrix { int rows, columns, block, count; size_t bytes; uint8_t *at; };

/* x as int8, per chunk of 64: the numbers, −8 times their sums in fours (what an offset of 8 in every weight adds), and the scales of its two blocks, spread over 16 lanes. */
static struct { int8_t q[MAX_COLUMNS]; int32_t offset[MAX_COLUMNS / 4]; float scale[MAX_COLUMNS / 4]; } input __attribute__((aligned(64)));
static float x[MAX_COLUMNS], y[VOCAB];

static void quantize_input(int columns) {
  for (int b = 0; b < columns / 32; b++) {
    float most = 0;
    for (int i = 0; i < 32; i++) most = fmaxf(most, fabsf(x[b * 32 + i]));
    const float scale = most / 127, inverse = most > 0 ? 127 / most : 0;
    for (int i = 0; i < 32; i++) input.q[b * 32 + i] = (int8_t)lrintf(x[b * 32 + i] * inverse);
    for (int lane = 0; lane < 8; lane++) {
      const int8_t *four = &input.q[b * 32 + lane * 4];
      input.offset[b * 8 + lane] = -8 * (four[0] + four[1] + four[2] + four[3]);
      input.scale[b * 8 + lane] = scale;
    }
  }
}

static inline __m512i chunk_dot(const uint8_t *nibbles, int chunk) {
  const __m256i packed = _mm256_loadu_si256((const __m256i *)nibbles);
  const __m256i mask = _mm256_set1_epi8(15);
  const __m512i w = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_and_si256(packed, mask)), _mm256_and_si256(_mm256_srli_epi16(packed, 4), mask), 1);
  return _mm512_dpbusd_epi32(_mm512_load_si512(&input.offset[chunk * 16]), w, _mm512_load_si512(&input.q[chunk * 64]));
}

static void rows_of(const struct matrix *m, const uint8_t *base, int from, int to) {
  const int chunks = m->columns / 64, blocks = m->columns / m->block;
  const uint16_t *scales = (const uint16_t *)(base + (size_t)m->rows * m->columns / 2);
  for (int row = from; row < to; row++) {
    const uint8_t *nibbles = base + (size_t)row * m->columns / 2;
    const uint16_t *s = scales + (size_t)row * blocks;
    __m512 sum = _mm512_setzero_ps();
    for (int chunk = 0; chunk < chunks; chunk++) {
      const __m512 dot = _mm512_cvtepi32_ps(chunk_dot(nibbles + chunk * 32, chunk));
      __m512 scale;
      if (m->block == 32) {
        const __m512 pair = _mm512_castps128_ps512(_mm_cvtph_ps(_mm_cvtsi32_si128(*(const int *)(s + chunk * 2))));
        scale = _mm512_permutexvar_ps(_mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0), pair);
      } else {
        scale = _mm512_set1_ps(_cvtsh_ss(s[chunk / 2]));
      }
      sum = _mm512_fmadd_ps(dot, _mm512_mul_ps(scale, _mm512_load_ps(&input.scale[chunk * 16])), sum);
    }
    y[row] = _mm512_reduce_add_ps(sum);
  }
}

static double slowly(const struct matrix *m, const uint8_t *base, int row) {
  const uint16_t *scales = (const uint16_t *)(base + (size_t)m->rows * m->columns / 2);
  double sum = 0;
  for (int i = 0; i < m->columns; i++) {
    const uint8_t byte = base[(size_t)row * m->columns / 2 + i / 64 * 32 + i % 32];
    const int code = i % 64 < 32 ? byte & 15 : byte >> 4;
    sum += (double)_cvtsh_ss(scales[(size_t)row * (m->columns / m->block) + i / m->block]) * (code - 8) * input.q[i] * input.scale[i / 32 * 8];
  }
  return sum;
}

static int threads;
static atomic_int arrived, phase;
static void meet(void) {
  const int now = atomic_load(&phase);
  if (atomic_fetch_add(&arrived, 1) == threads - 1) {
    atomic_store(&arrived, 0);
    atomic_store(&phase, now + 1);
  } else {
    while (atomic_load(&phase) == now) _mm_pause();
  }
}

static struct matrix list[512];
static int listed;
static uint8_t *memory;
static size_t memory_bytes;
static int chosen[TOKENS][512];

static void add(int rows, int columns, int block, int count) {
  const size_t bytes = ((size_t)rows * columns / 2 + (size_t)rows * columns / block * 2 + 4095) / 4096 * 4096;
  list[listed++] = (struct matrix){ rows, columns, block, count, bytes, NULL };
  memory_bytes += bytes * count;
}

static void build(int block) {
  listed = 0;
  memory_bytes = 0;
  for (int layer = 0; layer < LAYERS; layer++) {
    add(768, HIDDEN, block, 1), add(576, HIDDEN, block, 1), add(3072, 768, block, 1), add(16 * 512, 128, block, 1), add(16 * 128, 512, block, 1), add(HIDDEN, 2048, block, 1);
    if (layer == 0) { add(2 * DENSE, HIDDEN, block, 1), add(HIDDEN, DENSE / 128 * 128, block, 1); continue; }
    for (int used = 0; used < USED; used++) add(2 * MOE, HIDDEN, block, EXPERTS / USED), add(HIDDEN, MOE, block, EXPERTS / USED);
    add(4 * MOE, HIDDEN, block, 1), add(HIDDEN, 2 * MOE, block, 1);
  }
  add(VOCAB, HIDDEN, block, 1);
}

static void one_token(int thread, int token) {
  for (int i = 0; i < listed; i++) {
    const struct matrix *m = &list[i];
    if (thread == 0) quantize_input(m->columns);
    meet();
    const int share = (m->rows / 16 + threads - 1) / threads * 16, from = share * thread, to = from + share < m->rows ? from + share : m->rows;
    if (from < to) rows_of(m, m->at + m->bytes * chosen[token][i], from, to);
    meet();
  }
}

static double times[RUNS + 1];
static void *work(void *arg) {
  const int thread = (int)(intptr_t)arg;
  for (int run = 0; run <= RUNS; run++) {
    struct timespec s, e;
    meet();
    if (thread == 0) clock_gettime(CLOCK_MONOTONIC, &s);
    for (int token = 0; token < TOKENS; token++) one_token(thread, token);
    if (thread == 0) {
      clock_gettime(CLOCK_MONOTONIC, &e);
      times[run] = ((e.tv_sec - s.tv_sec) * 1e3 + (e.tv_nsec - s.tv_nsec) * 1e-6) / TOKENS;
    }
  }
  return NULL;
}

static int ascending(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

int main(int argc, char **argv) {
  threads = argc > 1 ? atoi(argv[1]) : 2;
  if (threads < 1 || threads > 64) return 2;
  for (int block = 32; block <= 128; block += 96) {
    build(block);
    memory = mmap(NULL, memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 1;
    /* As pages of a mapped file are. */
    madvise(memory, memory_bytes, MADV_NOHUGEPAGE);
    uint64_t state = 88172645463325252ull;
    for (size_t i = 0; i < memory_bytes / 8; i++) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; ((uint64_t *)memory)[i] = state; }
    size_t token_bytes = 0;
    uint8_t *at = memory;
    for (int i = 0; i < listed; i++) {
      struct matrix *m = &list[i];
      m->at = at;
      at += m->bytes * m->count;
      token_bytes += m->bytes;
      for (int copy = 0; copy < m->count; copy++) {
        uint16_t *scales = (uint16_t *)(m->at + m->bytes * copy + (size_t)m->rows * m->columns / 2);
        for (size_t s = 0; s < (size_t)m->rows * m->columns / block; s++) scales[s] = 0x1400 + (scales[s] & 0xff);
      }
    }
    for (int token = 0; token < TOKENS; token++) for (int i = 0; i < listed; i++) chosen[token][i] = rand() % list[i].count;
    for (int i = 0; i < MAX_COLUMNS; i++) x[i] = sinf(i * 0.7f);
    double worst = 0;
    for (int i = 0; i < listed; i += 7) {
      quantize_input(list[i].columns);
      rows_of(&list[i], list[i].at, 0, 64);
      for (int row = 0; row < 64; row++) worst = fmax(worst, fabs(y[row] - slowly(&list[i], list[i].at, row)) / (fabs(slowly(&list[i], list[i].at, row)) + 1e-3));
    }
    if (worst > 1e-2) { fprintf(stderr, "the kernel is wrong by %g\n", worst); return 1; }
    pthread_t id[64];
    for (intptr_t t = 0; t < threads; t++) pthread_create(&id[t], NULL, work, (void *)t);
    for (int t = 0; t < threads; t++) pthread_join(id[t], NULL);
    qsort(times + 1, RUNS, sizeof *times, ascending);
    printf("{\"block\":%d,\"calls\":%d,\"megabytes\":%.1f,\"medianMs\":%.3f,\"leastMs\":%.3f,\"mostMs\":%.3f}\n", block, listed, token_bytes / 1e6, times[1 + RUNS / 2], times[1], times[RUNS]);
    munmap(memory, memory_bytes);
  }
  return 0;
}
