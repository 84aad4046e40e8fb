/* The optimizer rules: each is one pass over parameters, gradients and state, with clipping before and the
   proximal step after. `shrinks` is known at compile time in each copy of a loop. */

/* S(v, l1) / (1 + ridge): exact zeros; NaN stays. */
static CK_INLINE CK_T CK(shrink)(CK_T v, CK_T l1, CK_T ridge) {
    CK_T inside = v != v ? v : 0;
    CK_T outside = v > l1 ? v - l1 : (v < -l1 ? v + l1 : inside);
    return outside / (1 + ridge);
}

/* The gradient after clipping and the coupled ridge term. */
static CK_INLINE CK_T CK(gradient)(const CK(step) *s, CK_T g, CK_T w) {
    g *= s->gradient_scale;
    g = g > s->limit ? s->limit : (g < -s->limit ? -s->limit : g);
    return g + s->l2 * w;
}

/* w after a step of `length` along `direction`; the penalties act with the length `reach`, which is
   rate / d: the two are the same but for momentum, whose direction is 1 / (1 − μ) times a gradient. */
static CK_INLINE CK_T CK(advance)(const CK(step) *s, int shrinks, CK_T w, CK_T length, CK_T direction, CK_T reach) {
    CK_T v = (w - w * s->decay) - length * direction;
    return shrinks ? CK(shrink)(v, reach * s->l1, reach * s->ridge) : v;
}

#define CK_RULE(name, parameters, arguments, body)                                                              \
    static CK_INLINE void CK(name##_as)(int shrinks, long count, const CK(step) *step, CK_T *w,                 \
                                        const CK_T *g parameters) {                                             \
        const CK(step) copy = *step, *s = &copy;                                                                \
        CK_LOOP for (long k = 0; k < count; k++) {                                                              \
            CK_T gradient = CK(gradient)(s, g[k], w[k]);                                                        \
            body                                                                                                \
        }                                                                                                       \
    }                                                                                                           \
    static void CK(name)(long count, const CK(step) *step, CK_T *w, const CK_T *g parameters) {                 \
        if (step->l1 == 0 && step->ridge == 0) CK(name##_as)(0, count, step, w, g arguments);                   \
        else CK(name##_as)(1, count, step, w, g arguments);                                                     \
    }
#define CK_ONE_SLOT_PARAMETERS , CK_T *u
#define CK_ONE_SLOT , u
#define CK_TWO_SLOT_PARAMETERS , CK_T *m, CK_T *u
#define CK_TWO_SLOTS , m, u

CK_RULE(sgd, , , { w[k] = CK(advance)(s, shrinks, w[k], s->rate, gradient, s->rate); })

CK_RULE(momentum, CK_ONE_SLOT_PARAMETERS, CK_ONE_SLOT, {
    CK_T velocity = s->momentum * u[k] + gradient;
    u[k] = velocity;
    w[k] = CK(advance)(s, shrinks, w[k], s->rate, velocity, s->rate / (1 - s->momentum));
})

CK_RULE(nesterov, CK_ONE_SLOT_PARAMETERS, CK_ONE_SLOT, {
    CK_T velocity = s->momentum * u[k] + gradient;
    u[k] = velocity;
    CK_T ahead = gradient + s->momentum * velocity;
    w[k] = CK(advance)(s, shrinks, w[k], s->rate, ahead, s->rate / (1 - s->momentum));
})

CK_RULE(rmsprop, CK_ONE_SLOT_PARAMETERS, CK_ONE_SLOT, {
    CK_T squares = s->smoothing * u[k] + (1 - s->smoothing) * gradient * gradient;
    u[k] = squares;
    CK_T length = s->rate / (CK_SQRT(squares) + s->epsilon);
    w[k] = CK(advance)(s, shrinks, w[k], length, gradient, length);
})

CK_RULE(adagrad, CK_ONE_SLOT_PARAMETERS, CK_ONE_SLOT, {
    CK_T squares = u[k] + gradient * gradient;
    u[k] = squares;
    CK_T length = s->rate / (CK_SQRT(squares) + s->epsilon);
    w[k] = CK(advance)(s, shrinks, w[k], length, gradient, length);
})

CK_RULE(adam, CK_TWO_SLOT_PARAMETERS, CK_TWO_SLOTS, {
    CK_T mean = s->momentum * m[k] + (1 - s->momentum) * gradient;
    CK_T squares = s->smoothing * u[k] + (1 - s->smoothing) * gradient * gradient;
    m[k] = mean;
    u[k] = squares;
    CK_T length = s->rate / (CK_SQRT(squares / s->correction2) + s->epsilon);
    w[k] = CK(advance)(s, shrinks, w[k], length, mean / s->correction1, length);
})

#undef CK_RULE
#undef CK_ONE_SLOT_PARAMETERS
#undef CK_ONE_SLOT
#undef CK_TWO_SLOT_PARAMETERS
#undef CK_TWO_SLOTS

static void CK(soft_threshold)(long count, CK_T l1, CK_T ridge, const CK_T *d, CK_T *w) {
    if (d) {
        CK_LOOP for (long k = 0; k < count; k++) w[k] = CK(shrink)(w[k], l1 / d[k], ridge / d[k]);
    } else {
        CK_LOOP for (long k = 0; k < count; k++) w[k] = CK(shrink)(w[k], l1, ridge);
    }
}
