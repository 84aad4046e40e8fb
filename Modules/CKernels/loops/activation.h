/* Dense: bias, activation and its gradient. The switch stands outside the loops. */

/* f(z) for one activation known at compile time. */
static CK_INLINE CK_T CK(activate)(ck_activation f, CK_T slope, CK_T z) {
    switch (f) {
    case ck_relu: return z < 0 ? 0 : z;
    case ck_leaky_relu: return z > 0 ? z : slope * z;
    case ck_tanh: return CK(tanh)(z);
    case ck_sigmoid: return CK(sigmoid)(z);
    case ck_gelu: return z * CK(normal_cdf)(z);
    case ck_silu: return z * CK(sigmoid)(z);
    default: return z;
    }
}

/* f′ from the saved value: y = f(z), or z for gelu and silu. */
static CK_INLINE CK_T CK(slope_of)(ck_activation f, CK_T slope, CK_T saved) {
    switch (f) {
    case ck_relu: return saved > 0 ? 1 : 0;
    case ck_leaky_relu: return saved > 0 ? 1 : slope;
    case ck_tanh: return 1 - saved * saved;
    case ck_sigmoid: return saved * (1 - saved);
    case ck_gelu: return CK(normal_cdf)(saved) + saved * CK(normal_density)(saved);
    case ck_silu: {
        CK_T s = CK(sigmoid)(saved);
        return s * (1 + saved * (1 - s));
    }
    default: return 1;
    }
}

/* dz = f′ · dy; a closed ReLU passes exactly zero, whatever dy is. */
static CK_INLINE CK_T CK(chain)(ck_activation f, CK_T slope, CK_T saved, CK_T dy) {
    if (f == ck_identity) return dy;
    if (f == ck_relu) return saved > 0 ? dy : (saved == saved ? 0 : saved);
    return CK(slope_of)(f, slope, saved) * dy;
}

static CK_INLINE void CK(bias_activate_as)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x,
                                           long ldx, const CK_T *bias, CK_T *y, long ldy) {
    for (long i = 0; i < rows; i++) {
        const CK_T *from = x + i * ldx;
        CK_T *to = y + i * ldy;
        if (bias) {
            CK_LOOP for (long j = 0; j < columns; j++) to[j] = CK(activate)(f, slope, from[j] + bias[j]);
        } else {
            CK_LOOP for (long j = 0; j < columns; j++) to[j] = CK(activate)(f, slope, from[j]);
        }
    }
}

static void CK(bias_activate)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                              const CK_T *bias, CK_T *y, long ldy) {
    switch (f) {
#define CK_CASE(kind) case kind: CK(bias_activate_as)(kind, slope, rows, columns, x, ldx, bias, y, ldy); break;
        CK_EVERY_ACTIVATION(CK_CASE)
#undef CK_CASE
    }
}

static CK_INLINE void CK(activation_gradient_as)(ck_activation f, CK_T slope, long rows, long columns,
                                                 const CK_T *saved, long lds, const CK_T *dy, long lddy, CK_T *dz,
                                                 long lddz) {
    for (long i = 0; i < rows; i++) {
        const CK_T *s = saved + i * lds, *from = dy + i * lddy;
        CK_T *to = dz + i * lddz;
        CK_LOOP for (long j = 0; j < columns; j++) to[j] = CK(chain)(f, slope, s[j], from[j]);
    }
}

static void CK(activation_gradient)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *saved,
                                    long lds, const CK_T *dy, long lddy, CK_T *dz, long lddz) {
    switch (f) {
#define CK_CASE(kind)                                                                                           \
    case kind: CK(activation_gradient_as)(kind, slope, rows, columns, saved, lds, dy, lddy, dz, lddz); break;
        CK_EVERY_ACTIVATION(CK_CASE)
#undef CK_CASE
    }
}

static void CK(column_sums)(long rows, long columns, const CK_T *x, long ldx, CK_T *sums) {
    for (long j = 0; j < columns; j++) sums[j] = 0;
    for (long i = 0; i < rows; i++) {
        const CK_T *from = x + i * ldx;
        CK_LOOP for (long j = 0; j < columns; j++) sums[j] += from[j];
    }
}
