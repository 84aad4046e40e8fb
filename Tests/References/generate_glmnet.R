# Elastic nets of generalised linear models by glmnet: writes glmnet.json.
#
# Run: Rscript generate_glmnet.R (needs glmnet 4.1 and jsonlite). Each case names a family, a data set of ../Data or
# synthetic data of counts, that are in the file, an l1 ratio, glmnet's own largest strength (null where it has none) and
# its solutions at some strengths: the intercepts for centred columns, and the coefficients for columns of standard
# deviation 1 (by 1/n) as places counted from 0, one list of values an output. The threshold is 1e-20, because 1e-14 leaves
# errors of 1e-5 on breast_cancer.
suppressMessages(library(glmnet))
library(jsonlite)
glmnet.control(fdev = 0, devmax = 1, epsnr = 1e-14, mxitnr = 1000)

read <- function(name) {
  table <- read.csv(file.path("..", "Data", name))
  list(x = as.matrix(table[, -ncol(table)]), y = table$target)
}

solutions <- function(name, family, x, y, ratio, shares) {
  n <- nrow(x)
  center <- colMeans(x)
  scale <- sqrt(colMeans(sweep(x, 2, center)^2))
  auto <- glmnet(x, y, family, alpha = ratio, nlambda = 5)$lambda[1]
  # With alpha = 0 glmnet writes infinity for a strength it made of alpha = 0.001.
  top <- if (ratio == 0) glmnet(x, y, family, alpha = 0.001, nlambda = 5)$lambda[1] else auto
  strengths <- top * shares
  fit <- glmnet(x, y, family, alpha = ratio, lambda = strengths, thresh = 1e-20, maxit = 1e8)
  stopifnot(length(fit$lambda) == length(strengths))
  betas <- if (family == "multinomial") fit$beta else list(fit$beta)
  a0 <- if (family == "multinomial") fit$a0 else matrix(fit$a0, 1)
  points <- lapply(seq_along(strengths), function(k) {
    standard <- sapply(betas, function(b) as.vector(b[, k]) * scale)
    used <- which(rowSums(standard != 0) > 0)
    intercepts <- a0[, k] + sapply(betas, function(b) sum(as.vector(b[, k]) * center))
    list(strength = strengths[k], intercepts = I(as.vector(intercepts)), support = I(used - 1),
         coefficients = lapply(seq_along(betas), function(o) I(standard[used, o])))
  })
  list(name = name, family = family, l1Ratio = ratio, largest = if (ratio == 0) NULL else auto, points = points)
}

shares <- c(0.5, 0.2, 0.05)
cancer <- read("breast_cancer.csv")
spam <- read("spambase.csv")
khan <- read("khan_train.csv")
set.seed(1)
counts <- list(x = matrix(round(rnorm(80 * 12), 2), 80))
counts$y <- rpois(80, exp(0.3 + counts$x[, 1:3] %*% c(0.6, -0.4, 0.3)))

cases <- list()
for (ratio in c(1, 0.5, 0)) {
  cases <- c(cases, list(
    solutions("breast_cancer", "binomial", cancer$x, cancer$y, ratio, shares),
    solutions("spambase", "binomial", spam$x, as.integer(spam$y == "spam"), ratio, shares),
    solutions("counts", "poisson", counts$x, counts$y, ratio, shares)))
  if (ratio > 0) {
    cases <- c(cases, list(solutions("khan_train", "multinomial", khan$x, khan$y, ratio, c(0.7, 0.3, 0.1))))
  }
}
write(toJSON(list(counts = list(rows = 80, columns = 12, x = as.vector(t(counts$x)), y = counts$y), cases = cases),
             digits = I(15), auto_unbox = TRUE, null = "null"), "glmnet.json")
