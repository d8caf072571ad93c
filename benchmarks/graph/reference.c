/* What the engine is measured against: counting sort and Gauss-Seidel in plain C, one thread.
 *
 * float32 weights, uint32 columns, uint64 row pointers; values in float64. No core is cut out and repeated ties are
 * kept side by side: as short as such a programme gets. Compiled by benchmarks/graph/reference.py where there is a cc.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Ties (source, target, weight) to rows of targets; pointers has n + 1 zeros at the start. */
void build(int64_t m, int64_t n, const uint32_t *source, const uint32_t *target, const float *weight,
           uint64_t *pointers, uint32_t *columns, float *weights, double *strength) {
    for (int64_t e = 0; e < m; e++) {
        pointers[target[e] + 1]++;
        strength[source[e]] += weight[e];
    }
    for (int64_t i = 0; i < n; i++) pointers[i + 1] += pointers[i];
    uint64_t *place = malloc(n * sizeof *place);
    memcpy(place, pointers, n * sizeof *place);
    for (int64_t e = 0; e < m; e++) {
        uint64_t p = place[target[e]]++;
        columns[p] = source[e];
        weights[p] = weight[e];
    }
    free(place);
}

/* y = teleport + damping * P' y by Gauss-Seidel, the total mass put right after each sweep, divided by its sum at
 * the end; stops when a sweep changes less than tol * (1 - damping) / damping of the sum. Returns the sweeps. */
int64_t gauss_seidel(int64_t n, const uint64_t *pointers, const uint32_t *columns, const float *weights,
                     const double *strength, const double *teleport, double damping, double tol, double *values) {
    double *passed = malloc(n * sizeof *passed), *factor = malloc(n * sizeof *factor);
    double *leak = malloc(n * sizeof *leak);
    for (int64_t i = 0; i < n; i++) {
        factor[i] = strength[i] > 0 ? damping / strength[i] : 0;
        leak[i] = strength[i] > 0 ? 1 - damping : 1;
        values[i] = teleport[i];
        passed[i] = values[i] * factor[i];
    }
    int64_t sweep = 0;
    double change = 1, size = 0;
    while (sweep < 1000) {
        double leaking = 0;
        sweep++, change = size = 0;
        for (int64_t i = 0; i < n; i++) {
            double sum = 0;
            for (uint64_t e = pointers[i]; e < pointers[i + 1]; e++) sum += weights[e] * passed[columns[e]];
            sum += teleport[i];
            change += fabs(sum - values[i]);
            size += sum;
            leaking += sum * leak[i];
            values[i] = sum;
            passed[i] = sum * factor[i];
        }
        if (change * damping / (1 - damping) <= tol * size) break;
        double ratio = 1 / leaking;
        for (int64_t i = 0; i < n; i++) values[i] *= ratio, passed[i] *= ratio;
    }
    for (int64_t i = 0; i < n; i++) values[i] /= size;
    free(passed), free(factor), free(leak);
    return sweep;
}
