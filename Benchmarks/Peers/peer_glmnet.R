# glmnet in a process of its own: `peer_glmnet.R`, the protocol of worker.py. It has one thread.

suppressPackageStartupMessages({
  library(Matrix)
  library(glmnet)
  library(jsonlite)
})

# With strengths given it does not stop early; what is nearly interpolated must not end the path either.
glmnet.control(fdev = 0, devmax = 1)

numbers <- function(folder, name, what = "double", size = 8) {
  path <- file.path(folder, name)
  readBin(path, what, n = file.size(path) / size, size = size, endian = "little")
}

problem <- function(folder) {
  data <- fromJSON(file.path(folder, "problem.json"))
  data$folder <- folder
  data$y <- numbers(folder, "y.f64")
  data$strengths <- numbers(folder, "strengths.f64")
  data$folds <- numbers(folder, "folds.i32", "integer", 4)
  values <- numbers(folder, "x.f64")
  if (data$isSparse) {
    data$x <- sparseMatrix(
      i = numbers(folder, "places.i32", "integer", 4), p = numbers(folder, "starts.i32", "integer", 4), x = values,
      dims = c(data$rows, data$columns), index1 = FALSE
    )
  } else {
    data$x <- matrix(values, data$rows, data$columns)
  }
  data
}

settings <- function(data, mode) {
  list(
    lambda = data$strengths, alpha = data$l1Ratio, standardize = FALSE, intercept = FALSE, thresh = mode$thresh,
    maxit = 1e7L, type.gaussian = mode$type
  )
}

solve_path <- function(data, mode, rows = TRUE) {
  x <- if (isTRUE(rows)) data$x else data$x[rows, , drop = FALSE]
  arguments <- c(list(x = x, y = data$y[rows], family = data$family), settings(data, mode))
  do.call(glmnet, arguments)
}

validate <- function(data, mode) {
  do.call(cv.glmnet, c(list(x = data$x, y = data$y, family = data$family, foldid = data$folds + 1L), settings(data, mode)))
}

once <- function(mode) if (mode$validates) validate(state$data, mode) else solve_path(state$data, mode)

timed <- function(run) {
  start <- Sys.time()
  value <- run()
  list(value = value, seconds = as.numeric(Sys.time() - start, units = "secs"))
}

# Everything that a command must find again.
state <- new.env()

offer <- function(command) {
  state$data <- problem(command$folder)
  validates <- startsWith(command$workload, "cv")
  types <- if (state$data$family != "gaussian") "" else c("covariance", "naive")
  # With more columns than rows the covariances are no help.
  if (validates && state$data$columns > state$data$rows) types <- "naive"
  state$modes <- list()
  for (type in types) {
    # The default, and the one at which its gaps come nearest to 1e-7.
    for (thresh in c(1e-7, 1e-14)) {
      name <- paste0(if (type == "") "" else paste0(type, ", "), "thresh ", format(thresh))
      state$modes[[name]] <- list(
        thresh = thresh, type = if (type == "") "covariance" else type, validates = validates
      )
    }
  }
  list(modes = names(state$modes))
}

prepare <- function(command) {
  mode <- state$modes[[command$mode]]
  first <- timed(function() once(mode))
  fit <- if (mode$validates) solve_path(state$data, mode, state$data$folds != 0) else first$value
  count <- length(state$data$strengths)
  if (ncol(fit$beta) != count || (mode$validates && length(first$value$cvm) != count)) {
    stop(ncol(fit$beta), " strengths were solved")
  }
  name <- paste0("solution-", Sys.getpid(), ".f64")
  writeBin(as.double(as.matrix(fit$beta)), file.path(state$data$folder, name), endian = "little")
  answer <- list(solution = unbox(name), first = unbox(first$seconds))
  if (mode$validates) answer$curve <- as.double(first$value$cvm)
  answer
}

# For about that long: one run if it takes as long.
measure <- function(command) {
  mode <- state$modes[[command$mode]]
  seconds <- timed(function() once(mode))$seconds
  if (seconds < command$seconds) {
    count <- max(1, floor(command$seconds / seconds))
    seconds <- timed(function() for (i in seq_len(count)) once(mode))$seconds / count
  }
  list(seconds = unbox(seconds))
}

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  command <- fromJSON(line)
  answer <- tryCatch(
    suppressWarnings(switch(command$do, modes = offer(command), prepare = prepare(command), run = measure(command))),
    error = function(error) list(error = unbox(conditionMessage(error)))
  )
  cat(toJSON(answer, digits = NA), "\n", sep = "")
  flush(stdout())
}
