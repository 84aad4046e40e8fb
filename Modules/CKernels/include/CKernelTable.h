/* Included twice by CKernels.h, with CK_T (the scalar) and CK(name) defined.

   Conventions: matrices are row-major, `ld…` is the distance between rows in elements; sizes may be
   zero, then nothing is touched; counts are `long`; unless said otherwise an output may be the same
   buffer as an input with the same layout, and no other overlap is allowed. Loops over one row are
   vectorised over columns; sums over rows run in row order, so a result depends only on the operands
   and the level. */

/* One optimizer step, the same for every rule. Computed once a step, read-only in the loop.
     g  ← clip(gradient_scale · g, ±limit) + l2 · w          (l2 = coupled ridge gradient, e.g. 2λ)
     w  ← w · (1 − decay)                                    (decay = rate · decoupled weight decay)
     v  ← w − rate · direction(g)
     w  ← S(v, rate · l1 / d) / (1 + rate · ridge / d)       (S: soft threshold; exact zeros)
   where d is the rule's diagonal metric: at rest its direction is g / d, so that a w which stays where it is
   is a stationary point of the objective. */
typedef struct {
    CK_T rate;
    CK_T gradient_scale; /* clipping by global norm, or 1 */
    CK_T limit;          /* clipping by value; +infinity: none */
    CK_T l2;
    CK_T decay;
    CK_T l1;
    CK_T ridge;
    CK_T momentum;       /* μ of momentum and Nesterov, β1 of Adam */
    CK_T smoothing;      /* β2 of Adam, α of RMSprop */
    CK_T epsilon;        /* outside the root */
    CK_T correction1;    /* 1 − β1^t */
    CK_T correction2;    /* 1 − β2^t */
} CK(step);

typedef struct {
    /* ---- Products on panels ---------------------------------------------------------------------- */

    /* The widest a panel can be, in columns: 128 bytes of scalars; the other width is half of it. A matrix in panels
       is one panel for each `width` columns, [rows, padded][width] each, zeros where the matrix has no element. */
    long panel;

    /* c[i,j] = start[i,j] + Σ_k a[i·a_row + k·a_step] · b[k·b_step + j] for i < rows, j < columns ≤ panel,
       k < depth. `start` may be NULL (zeros); start_row = 0 starts every row from the same bias. Columns are
       computed to the next whole vector of 64 bytes at most: b and c (and start) must hold that many.
       c must not overlap a or b. The sum over k runs in order. */
    void (*panel_product)(long rows, long columns, long depth, const CK_T *a, long a_row, long a_step,
                          const CK_T *b, long b_step, const CK_T *start, long start_row, CK_T *c, long ldc);

    /* One optimizer step on a block of a weight in panels of `width`: g = xᵀ·dz with x [depth × rows],
       dz [depth × columns], then `rule` on w, and its state m, u (each [rows × width], contiguous); rows ≤ height,
       columns ≤ width, and height and width are widths of panels. The elements of w beyond `columns` see a zero
       gradient, or that of the columns of dz up to the next whole vector. Unless NULL, `transposed` [width × height]
       gets wᵀ; w then must have all `height` rows in memory. */
    void (*panel_update)(ck_rule rule, const CK(step) *step, long width, long height, long rows, long columns,
                         long depth, const CK_T *x, long ldx, const CK_T *dz, long lddz, CK_T *w, CK_T *m, CK_T *u,
                         CK_T *transposed);

    /* ---- Dense and activations, [rows × columns] -------------------------------------------- */

    /* y = f(x + bias); bias may be NULL. */
    void (*bias_activate)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                          const CK_T *bias, CK_T *y, long ldy);

    /* dz = f′ · dy. `saved` is the output y = f(z) for identity, relu, leaky relu, tanh and sigmoid,
       and the input z for gelu and silu. relu′(0) = 0; leaky relu′(0) = slope. */
    void (*activation_gradient)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *saved,
                                long lds, const CK_T *dy, long lddy, CK_T *dz, long lddz);

    /* sums[j] = Σ_i x[i,j]. */
    void (*column_sums)(long rows, long columns, const CK_T *x, long ldx, CK_T *sums);

    /* ---- Batch normalisation ------------------------------------------------------------------ */

    /* Mean and Σ(x − mean)² of every column, rows ≥ 1, in two passes around the first row:
       K = x[0,j]; δ = Σ(x − K)/n; mean + rest = K + δ, rest what a double cannot hold; m2 = Σ((x − K) − δ)².
       No cancellation at any offset. Partial sums of at most 64 rows are taken in CK_T and added in double. */
    void (*moments)(long rows, long columns, const CK_T *x, long ldx, double *mean, double *rest, double *m2);

    /* y = f(((x − shift_j) − delta_j) · scale_j + offset_j); mean = shift + delta, where delta holds
       what CK_T cannot. */
    void (*normalize)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                      const CK_T *shift, const CK_T *delta, const CK_T *scale, const CK_T *offset, CK_T *y,
                      long ldy);

    /* First pass of the backward: dz = f′(y) · dy (f one of identity, relu, leaky relu, tanh, sigmoid;
       y the saved output; dz may be dy), and in the same pass, per column,
       sum_j = Σ dz, dot_j = Σ dz · ((x − shift_j) − delta_j). Sums as in `moments`. */
    void (*normalize_gradient_sums)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x,
                                    long ldx, const CK_T *shift, const CK_T *delta, const CK_T *y, long ldy,
                                    const CK_T *dy, long lddy, CK_T *dz, long lddz, double *sum, double *dot);

    /* Second pass: dx = a_j · (dz − b_j − ((x − shift_j) − delta_j) · c_j). */
    void (*normalize_gradient)(long rows, long columns, const CK_T *x, long ldx, const CK_T *shift,
                               const CK_T *delta, const CK_T *dz, long lddz, const CK_T *a, const CK_T *b,
                               const CK_T *c, CK_T *dx, long lddx);

    /* Merges the moments of `shards` shards of a batch by Chan's formula, in their order, and prepares to
       normalise. `moments`: for each shard mean, m2, rest [columns each], and its count of rows. Writes the merged
       mean, rest and m2, s = 1/√(m2/n + epsilon) (0 for a root of 0), and in CK_T shift + delta = mean + rest,
       scale = gamma · s, offset = beta; gamma and beta may be NULL (1 and 0). Returns n. */
    double (*merge_moments)(long columns, long shards, const double *moments, double epsilon, const CK_T *gamma,
                            const CK_T *beta, double *mean, double *rest, double *m2, double *s, CK_T *shift,
                            CK_T *delta, CK_T *scale, CK_T *offset);

    /* Adds the gradient sums of all shards (laid out like moments: Σdz, Σdz·(x − mean), unused, rows) and prepares the
       second pass: a = scale, b = Σdz/n, c = s²·dot/n, and for n = 2, where all but a share of the sum cancels, the
       same in closed form: a = scale·epsilon·s², c = 0. scale_gradient = dot · s and shift_gradient = Σdz, where not
       NULL. */
    void (*merge_gradients)(long columns, long shards, const double *sums, double epsilon, const double *s,
                            const CK_T *scale, CK_T *a, CK_T *b, CK_T *c, CK_T *scale_gradient,
                            CK_T *shift_gradient);

    /* ---- Prediction ----------------------------------------------------------------------------- */

    /* y[j] = f(Σ_k x[k]·w[k,j] + bias[j]) for one row x, w [depth × columns] in panels, `panel_step` elements from
       one to the next, and of half the width where that holds all columns. Columns are computed to the next whole vector of 64 bytes at most: bias and y must hold that
       many. Σ is taken in up to 8 interleaved parts. y must not overlap x or w. */
    void (*dense_row)(ck_activation f, CK_T slope, long columns, long depth, const CK_T *x, const CK_T *w,
                      long panel_step, const CK_T *bias, CK_T *y);

    /* y[i,j] = f(Σ_k x[i,k]·w[j,k] + bias[j]): few columns, the weights transposed, [columns × depth]. Σ is taken by
       lanes; x and w are read to the next whole vector of 64 bytes, and w must hold zeros there. y must not overlap x
       or w. */
    void (*dense_narrow)(ck_activation f, CK_T slope, long rows, long columns, long depth, const CK_T *x, long ldx,
                         const CK_T *w, long ldw, const CK_T *bias, CK_T *y, long ldy);

    /* z[i,:] ← softmax(z[i,:]) in rows that have room for a whole vector of 64 bytes, which is overwritten. */
    void (*softmax_padded)(long rows, long columns, CK_T *z, long ldz);

    /* z[i,j] = (x[i,j] − means[j])·inverses[j], in double, then rounded; with `missing` a NaN becomes 0. Returns how
       many rows hold a number that is not finite (but for a NaN with `missing`). */
    long (*standardize_floats)(long rows, long columns, const float *x, long ldx, const double *means,
                               const double *inverses, int missing, CK_T *z, long ldz);
    long (*standardize_doubles)(long rows, long columns, const double *x, long ldx, const double *means,
                                const double *inverses, int missing, CK_T *z, long ldz);

    /* ---- Softmax -------------------------------------------------------------------------------- */

    /* p[i,:] = softmax(x[i,:]); log_sum_exp (may be NULL) gets max + log Σ exp(x − max) of each row. */
    void (*softmax)(long rows, long columns, const CK_T *x, long ldx, CK_T *p, long ldp, CK_T *log_sum_exp);

    /* Softmax cross-entropy on logits z: returns Σᵢ wᵢ·ℓᵢ, ℓ = log Σ e^z − (1 − smoothing)·z_y − smoothing·mean z,
       and gradient[i,:] = factor·wᵢ·(softmax(z) − t), t = (1 − smoothing)·[c = y] + smoothing/columns.
       class[i·class_step] is y; weights may be NULL (ones); a row of weight 0 has gradient 0 and loss 0. */
    double (*cross_entropy)(long rows, long columns, const CK_T *z, long ldz, const CK_T *class, long class_step,
                            const CK_T *weights, double smoothing, CK_T factor, CK_T *gradient, long ldg);

    /* ---- Dropout ---------------------------------------------------------------------------------- */

    /* y[k] = keep(first + k) ? x[k] / keep_probability : 0, k = 0 ..< count. Whether an element is kept
       depends only on (key, its index): forward and backward, one worker or two, see the same mask. */
    void (*dropout)(long count, uint64_t key, uint64_t first, double keep_probability, const CK_T *x, CK_T *y);

    /* ---- Columns: designs of linear models ----------------------------------------------------------- */

    /* x is column-major, `ldx` elements from one column to the next; all arithmetic is in double. */

    /* products[k·count + l] = Σ_i x[i, selected[k]] · vectors[l·rows + i]. The order of each sum depends on `rows` alone. */
    void (*column_dots)(long rows, long columns, const long *selected, const CK_T *x, long ldx, long count,
                        const double *vectors, double *products);
    /* y[i] += Σ_k coefficients[k] · x[i, selected[k]], in the order of k. */
    void (*column_add)(long rows, long columns, const long *selected, const CK_T *x, long ldx,
                       const double *coefficients, double *y);
    /* y = x for one column. */
    void (*column_copy)(long rows, const CK_T *x, double *y);
    /* y[k] = x[rows[k]] for k < count. */
    void (*column_gather)(long count, const long *rows, const CK_T *x, double *y);
    /* Σw·x/Σw and Σw·(x − mean)²/Σw of every column; w may be NULL (ones). */
    void (*column_moments)(long rows, long columns, const CK_T *x, long ldx, const double *w, double *means,
                           double *variances);
    /* x[i, j] −= shifts[j], the mean of column j in CK_T. */
    void (*column_center)(long rows, long columns, CK_T *x, long ldx, double *shifts);
    /* The mean of every column of a row-major x, in CK_T. */
    void (*row_means)(long rows, long columns, const CK_T *x, long ldx, double *means);
    /* y[j·ldy + i] = x[i·ldx + j] − shifts[j], numbers of CK_T; shifts may be NULL (zeros). */
    void (*transpose)(long rows, long columns, const CK_T *x, long ldx, const double *shifts, CK_T *y, long ldy);

    /* The same for a sparse matrix in compressed columns: see sparse.h. With `scratch`, rows times the next power of
       two from `count` (8 at most) on, the vectors are put side by side first; the sums are the same. */
    void (*sparse_dots)(long rows, long columns, const long *selected, const long *starts, const int32_t *places,
                        const CK_T *values, long count, const double *vectors, double *scratch, double *products);
    void (*sparse_add)(long columns, const long *selected, const long *starts, const int32_t *places,
                       const CK_T *values, const double *coefficients, double *y);
    /* y[k] = the value at the place rows[k] of `stored` ones, or 0; rows and places ascend. */
    void (*sparse_gather)(long count, const long *rows, long stored, const int32_t *places, const CK_T *values,
                          double *y);
    void (*sparse_moments)(long rows, long columns, const long *starts, const int32_t *places, const CK_T *values,
                           const double *w, double *means, double *variances);

    /* Σ w·(log(1 + e^η) − y·η), and per row w·(y − p) and p·(1 − p) with p = 1/(1 + e^−η), without cancellation for y of 0
       and 1; zeros where w = 0. */
    double (*logistic)(long rows, const CK_T *eta, const CK_T *y, const CK_T *w, CK_T *residual, CK_T *curvature);

    /* ---- Vectors ------------------------------------------------------------------------------------ */

    double (*sum_of_squares)(long count, const CK_T *x);  /* accumulated in double */
    double (*sum_of_magnitudes)(long count, const CK_T *x);
    CK_T (*largest_magnitude)(long count, const CK_T *x); /* NaN when any element is NaN; 0 when empty */
    long (*count_zeros)(long count, const CK_T *x);
    long (*first_non_finite)(long count, const CK_T *x);  /* index, or −1 */
    long (*flush_subnormals)(long count, CK_T *x);        /* subnormal → 0; how many */
    void (*scale)(long count, CK_T alpha, CK_T *x);       /* x ← alpha · x; NaN and ∞ propagate, also at 0 */
    /* w ← S(w, l1_i)/(1 + ridge_i) with thresholds l1/d_i, ridge/d_i; d may be NULL (all ones). */
    void (*soft_threshold)(long count, CK_T l1, CK_T ridge, const CK_T *d, CK_T *w);

    /* ---- Optimizer rules (CK(step)) ----------------------------------------------------------------- */

    /* direction = g; d = 1. */
    void (*sgd)(long count, const CK(step) *step, CK_T *w, const CK_T *g);
    /* u ← μ·u + g; direction = u; d = 1 − μ, because u comes to g / (1 − μ). */
    void (*momentum)(long count, const CK(step) *step, CK_T *w, const CK_T *g, CK_T *u);
    /* u ← μ·u + g; direction = g + μ·u; d = 1 − μ. */
    void (*nesterov)(long count, const CK(step) *step, CK_T *w, const CK_T *g, CK_T *u);
    /* s ← α·s + (1 − α)·g²; d = √s + ε; direction = g / d. */
    void (*rmsprop)(long count, const CK(step) *step, CK_T *w, const CK_T *g, CK_T *s);
    /* s ← s + g²; d = √s + ε; direction = g / d. */
    void (*adagrad)(long count, const CK(step) *step, CK_T *w, const CK_T *g, CK_T *s);
    /* m ← β1·m + (1 − β1)·g; s ← β2·s + (1 − β2)·g²; d = √(s/correction2) + ε;
       direction = m / correction1 / d. */
    void (*adam)(long count, const CK(step) *step, CK_T *w, const CK_T *g, CK_T *m, CK_T *s);

    /* ---- Active sets ------------------------------------------------------------------------------ */

    /* y[i] -= Σ_k coefficients[k] · a[columns[k] · lda + i] for i < rows: columns of a matrix by columns. */
    void (*subtract_columns)(long rows, long count, const CK_T *a, long lda, const long *columns,
                             const CK_T *coefficients, CK_T *y);

    /* y[l·ldy + i] -= Σ_k coefficients[k·vectors + l] · a[columns[k] · lda + i]: the same for several vectors, with one
       pass over the columns. */
    void (*subtract_combinations)(long rows, long count, const CK_T *a, long lda, const long *columns, long vectors,
                                  const CK_T *coefficients, CK_T *y, long ldy);

    /* Removes row and column q from a = l·lᵀ: l [order × order] is lower triangular by columns, and becomes the factor
       of one order less by Givens rotations; z0 and z1 [order], solutions of l·z = b, lose the entry of b likewise. */
    void (*cholesky_delete)(long order, long q, CK_T *l, long ldl, CK_T *z0, CK_T *z1);
} CK(kernels);

/* The table of a level; NULL when this CPU cannot run it. */
const CK(kernels) *CK(kernels_at)(ck_level level);

/* The table of the active level. */
const CK(kernels) *CK(kernels_active)(void);
