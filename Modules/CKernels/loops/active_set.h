/* What Newton steps on an active set do most: a combination of columns, and the factor without one of its rows. */

static void CK(subtract_columns)(long rows, long count, const CK_T *a, long lda, const long *columns,
                                 const CK_T *coefficients, CK_T *y) {
    long k = 0;
    for (; k + 8 <= count; k += 8) {
        const CK_T *a0 = a + columns[k] * lda, *a1 = a + columns[k + 1] * lda, *a2 = a + columns[k + 2] * lda,
                   *a3 = a + columns[k + 3] * lda, *a4 = a + columns[k + 4] * lda, *a5 = a + columns[k + 5] * lda,
                   *a6 = a + columns[k + 6] * lda, *a7 = a + columns[k + 7] * lda;
        const CK_T *c = coefficients + k;
        CK_T c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5], c6 = c[6], c7 = c[7];
        CK_LOOP for (long i = 0; i < rows; i++)
            y[i] -= ((c0 * a0[i] + c1 * a1[i]) + (c2 * a2[i] + c3 * a3[i]))
                  + ((c4 * a4[i] + c5 * a5[i]) + (c6 * a6[i] + c7 * a7[i]));
    }
    for (; k < count; k++) {
        const CK_T *a0 = a + columns[k] * lda;
        CK_T c0 = coefficients[k];
        CK_LOOP for (long i = 0; i < rows; i++) y[i] -= c0 * a0[i];
    }
}

/* y[l][i] -= Σ c[k][l] · x[k][i] over four columns and `vectors` ≤ 4 vectors, both in registers' reach. */
static CK_INLINE void CK(combine_tile)(long rows, int vectors, const CK_T *const *x, const CK_T *c, long ldc, CK_T *y,
                                       long ldy) {
    const CK_T *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    long i = 0;
    for (; i + CK(lanes) <= rows; i += CK(lanes)) {
        CK(vector) v0 = CK(load)(x0 + i), v1 = CK(load)(x1 + i), v2 = CK(load)(x2 + i), v3 = CK(load)(x3 + i);
        _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) {
            CK_T *to = y + l * ldy + i;
            CK(store)(to, CK(load)(to) - ((c[l] * v0 + c[ldc + l] * v1) + (c[2 * ldc + l] * v2 + c[3 * ldc + l] * v3)));
        }
    }
    for (; i < rows; i++)
        for (int l = 0; l < vectors; l++)
            y[l * ldy + i] -= (c[l] * x0[i] + c[ldc + l] * x1[i]) + (c[2 * ldc + l] * x2[i] + c[3 * ldc + l] * x3[i]);
}

enum { CK(combined_rows) = 512 }; /* of four columns and four vectors: what the nearest cache holds */

static void CK(subtract_combinations)(long rows, long count, const CK_T *a, long lda, const long *columns, long vectors,
                                      const CK_T *coefficients, CK_T *y, long ldy) {
    for (long first = 0; first < rows; first += CK(combined_rows)) {
        long size = rows - first < CK(combined_rows) ? rows - first : CK(combined_rows);
        for (long k = 0; k < count; k += 4) {
            const CK_T *x[4], *c = coefficients + k * vectors;
            CK_T padded[16];
            long present = count - k < 4 ? count - k : 4, ldc = vectors;
            for (long j = 0; j < 4; j++) x[j] = a + columns[k + (j < present ? j : 0)] * lda + first;
            for (long from = 0; from < vectors; from += 4) {
                long some = vectors - from < 4 ? vectors - from : 4;
                const CK_T *these = c + from;
                if (present < 4) { /* the missing columns count zero times */
                    for (long j = 0; j < 4; j++)
                        for (long l = 0; l < some; l++) padded[j * 4 + l] = j < present ? c[j * vectors + from + l] : 0;
                    these = padded;
                    ldc = 4;
                }
                CK_T *to = y + from * ldy + first;
                if (some == 4) CK(combine_tile)(size, 4, x, these, ldc, to, ldy);
                else if (some == 3) CK(combine_tile)(size, 3, x, these, ldc, to, ldy);
                else if (some == 2) CK(combine_tile)(size, 2, x, these, ldc, to, ldy);
                else CK(combine_tile)(size, 1, x, these, ldc, to, ldy);
            }
        }
    }
}

enum { CK(fused_rotations) = 4 };

/* m ≤ 4 rotations, of columns i and i + 1 up to i + m − 1 and i + m, of a factor that has lost row i: row r of the old
   factor becomes row r − 1 of the new one. The rows on the diagonal give the rotations (c, s), the rest follows in
   one sweep over all m + 1 columns. */
static CK_INLINE void CK(rotate_columns)(long order, long i, int m, CK_T *l, long ldl, CK_T *c, CK_T *s) {
    for (int row = 1; row <= m; row++) {
        CK_T carried = l[i + row];
        for (int k = 0; k < row - 1; k++) {
            CK_T next = l[(k + 1) * ldl + i + row];
            l[k * ldl + i + row - 1] = c[k] * carried + s[k] * next;
            carried = c[k] * next - s[k] * carried;
        }
        CK_T next = l[row * ldl + i + row], length = CK_SQRT(carried * carried + next * next);
        c[row - 1] = carried / length;
        s[row - 1] = next / length;
        l[(row - 1) * ldl + i + row - 1] = length;
    }
    long row = i + m + 1;
    for (; row + CK(lanes) <= order; row += CK(lanes)) {
        CK(vector) carried = CK(load)(l + row);
        _Pragma("clang loop unroll(full)") for (int k = 0; k < m; k++) {
            CK(vector) next = CK(load)(l + (k + 1) * ldl + row);
            CK(store)(l + k * ldl + row - 1, c[k] * carried + s[k] * next);
            carried = c[k] * next - s[k] * carried;
        }
        CK(store)(l + m * ldl + row, carried);
    }
    for (; row < order; row++) {
        CK_T carried = l[row];
        for (int k = 0; k < m; k++) {
            CK_T next = l[(k + 1) * ldl + row];
            l[k * ldl + row - 1] = c[k] * carried + s[k] * next;
            carried = c[k] * next - s[k] * carried;
        }
        l[m * ldl + row] = carried;
    }
}

static CK_INLINE void CK(rotate_entries)(int m, CK_T *z, const CK_T *c, const CK_T *s) {
    CK_T carried = z[0];
    for (int k = 0; k < m; k++) {
        CK_T next = z[k + 1];
        z[k] = c[k] * carried + s[k] * next;
        carried = c[k] * next - s[k] * carried;
    }
    z[m] = carried;
}

static void CK(cholesky_delete)(long order, long q, CK_T *l, long ldl, CK_T *z0, CK_T *z1) {
    for (long j = 0; j < q; j++) __builtin_memmove(l + j * ldl + q, l + j * ldl + q + 1, (size_t)(order - 1 - q) * sizeof(CK_T));
    CK_T c[CK(fused_rotations)], s[CK(fused_rotations)];
    long i = q;
    for (; i + CK(fused_rotations) < order; i += CK(fused_rotations)) {
        CK(rotate_columns)(order, i, CK(fused_rotations), l + i * ldl, ldl, c, s);
        CK(rotate_entries)(CK(fused_rotations), z0 + i, c, s);
        CK(rotate_entries)(CK(fused_rotations), z1 + i, c, s);
    }
    for (; i + 1 < order; i++) {
        CK(rotate_columns)(order, i, 1, l + i * ldl, ldl, c, s);
        CK(rotate_entries)(1, z0 + i, c, s);
        CK(rotate_entries)(1, z1 + i, c, s);
    }
}
