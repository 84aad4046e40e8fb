import Testing

/// An invocation that must fail: its exit code, and all that it says on stderr behind `lariat: `.
struct Faulty: Sendable, CustomTestStringConvertible {
    let command: String
    let code: Int32
    let message: String

    init(_ command: String, _ code: Int32, _ message: String) {
        (self.command, self.code, self.message) = (command, code, message)
    }

    var testDescription: String { command }

    /// The words of the command; '' stands for an empty one. `train` is quiet, so that only the error is said.
    var arguments: [String] {
        let words = command.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        return ["train", "path"].contains(words.first) && words.count > 1 ? words + ["--quiet"] : words
    }
}

extension Faulty {
    /// The command line.
    static let commandLine: [Faulty] = [
        Faulty(
            "nonsense", 64,
            "Unexpected argument 'nonsense'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train", 64,
            "Missing expected argument '<data>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv", 64,
            "Missing expected argument '--target <target>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target", 64,
            "Missing value for '--target <target>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target y --nonsense", 64,
            "Unknown option '--nonsense'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv extra.csv --target y", 64,
            "Unexpected argument 'extra.csv'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target y --learning-rate fast", 64,
            "The value 'fast' is invalid for '--learning-rate <learning-rate>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target y --epochs 1.5", 64,
            "The value '1.5' is invalid for '--epochs <epochs>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target y --seed -1", 64,
            "The value '-1' is invalid for '--seed <seed>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "inspect", 64,
            "Missing expected argument '<model>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "doctor --nonsense", 64,
            "Unknown option '--nonsense'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "doctor now", 64,
            "Unexpected argument 'now'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "bench gemm", 64,
            "Unexpected argument 'gemm'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "bench --small", 64,
            "Unknown option '--small'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "bench --workers two", 64,
            "The value 'two' is invalid for '--workers <workers>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty("bench --workers 0", 64, "there can be 1 to 64 workers, not 0"),
        Faulty("bench --workers -1 --json", 64, "there can be 1 to 64 workers, not -1"),
        Faulty("bench --workers 65 --quiet", 64, "there can be 1 to 64 workers, not 65"),
        Faulty(
            "bench --config bad.json", 64, "--config belongs to `lariat train`"),
    ]

    /// Settings of a training.
    static let settings: [Faulty] = [
        Faulty("train ok.csv --target ''", 64, "--target needs the name of a column"),
        Faulty(
            "train ok.csv --target y --task guess", 64,
            "there is no task 'guess'\n"
                + "Choose auto, regression, binary or multiclass."),
        Faulty("train bin.csv --target y --loss squared", 64, "the squared loss does not suit a binary task"),
        Faulty("train ok.csv --target y --loss hinge", 64, "the hinge loss does not suit a regression task"),
        Faulty(
            "train ok.csv --target y --loss cubic", 64,
            "there is no loss 'cubic'\n"
                + "Choose squared, absolute, huber, quantile:τ, poisson, hinge or cross-entropy."),
        Faulty("train ok.csv --target y --loss quantile:1.5", 64, "the quantile must be in (0, 1), not 1.5"),
        Faulty(
            "train ok.csv --target y --json --output -", 64,
            "--output and the result of --json cannot both be standard output\nName a file for one of them."),
        Faulty(
            "train - --target y --validation -", 64,
            "DATA and --validation cannot both be standard input\nName a file for one of them."),
        Faulty(
            "predict - -", 64, "MODEL and DATA cannot both be standard input\nName a file for one of them."),
        Faulty(
            "train ok.csv --target y --checkpoint -", 64,
            "a checkpoint is read and written many times\nName a file for it, not -."),
        Faulty("train ok.csv --target y --hidden 8,,4", 64, "--hidden takes numbers of units like 128,64, not '8,,4'"),
        Faulty("train ok.csv --target y --hidden 0", 64, "--hidden takes numbers of units like 128,64, not '0'"),
        Faulty("train ok.csv --target y --hidden many", 64, "--hidden takes numbers of units like 128,64, not 'many'"),
        Faulty(
            "train ok.csv --target y --activation swish", 64,
            "there is no activation 'swish'\n"
                + "Choose relu, leaky-relu, tanh, sigmoid, gelu or silu."),
        Faulty("train ok.csv --target y --dropout 1", 64, "--dropout must be in [0, 1), not 1.0"),
        Faulty("train ok.csv --target y --dropout -0.1", 64, "--dropout must be in [0, 1), not -0.1"),
        Faulty("train ok.csv --target y --precision half", 64, "--precision is float or double, not 'half'"),
        Faulty("train ok.csv --target y --l1 -1", 64, "the strength of l1 must be a number from 0 on, not -1.0"),
        Faulty("train ok.csv --target y --l1 nan", 64, "the strength of l1 must be a number from 0 on, not nan"),
        Faulty("train ok.csv --target y --l2 -1", 64, "the strength of l2 must be a number from 0 on, not -1.0"),
        Faulty("train ok.csv --target y --elastic-net 1 --l1-ratio 2", 64, "--l1-ratio must be in [0, 1], not 2.0"),
        Faulty(
            "train ok.csv --target y --group-l1 -3", 64,
            "the strength of the group lasso must be a number from 0 on, not -3.0"),
        Faulty("train ok.csv --target y --max-norm 0", 64, "the max-norm must be a number above 0, not 0.0"),
        Faulty("train bin.csv --target y --label-smoothing 1", 64, "label smoothing must be in [0, 1), not 1.0"),
        Faulty("train bin.csv --target y --class-weight heavy", 64, "--class-weight can be 'balanced', not 'heavy'"),
        Faulty("train ok.csv --target y --class-weight balanced", 64, "a regression task has no classes to balance"),
        Faulty(
            "train ok.csv --target y --optimizer lbfgs", 64,
            "there is no optimizer 'lbfgs'\n"
                + "Choose sgd, momentum, nesterov, rmsprop, adagrad, adam or adamw."),
        Faulty("train ok.csv --target y --learning-rate 0", 64, "the learning rate must be a number above 0, not 0.0"),
        Faulty(
            "train ok.csv --target y --schedule linear", 64,
            "there is no schedule 'linear'\n"
                + "Choose constant, step, exponential, cosine, one-cycle or plateau."),
        Faulty("train ok.csv --target y --warmup -1", 64, "the schedule's warm-up must be 0 steps or more, not -1.0"),
        Faulty(
            "train ok.csv --target y --momentum 1 --optimizer momentum", 64,
            "momentum's momentum must be in [0, 1), not 1.0"),
        Faulty("train ok.csv --target y --weight-decay -1", 64, "adamw's decay must be a number from 0 on, not -1.0"),
        Faulty("train ok.csv --target y --clip-norm 0", 64, "the clipping bound must be a number above 0, not 0.0"),
        Faulty(
            "train ok.csv --target y --epochs 9223372036854775807", 64,
            "a training can have at most 1000000000 epochs, not 9223372036854775807"),
        Faulty(
            "train ok.csv --target y --warmup 9223372036854775807", 64,
            "the schedule's warm-up must be at most 1000000000 steps, not 9.223372036854776e+18"),
        Faulty("train ok.csv --target y,a,y", 64, "--target names the column 'y' twice"),
        Faulty(
            "train ok.csv --target y --drop \"a,b", 64,
            "--drop has a quote that is not closed in front of a comma or the end: '\"a,b'\n"
                + "Write a name with a comma as '\"a,b\",c', and a quote in it twice."),
        Faulty(
            "train ok.csv --target y --text \"a\"b,c", 64,
            "--text has a quote that is not closed in front of a comma or the end: '\"a\"b,c'\n"
                + "Write a name with a comma as '\"a,b\",c', and a quote in it twice."),
        Faulty(
            "train ok.csv --target y --early-stopping 3 --validation 0", 64,
            "--early-stopping watches the validation data, and --validation 0 holds out no rows\n"
                + "Hold out more of them, or leave --early-stopping out."),
        Faulty(
            "train ok.csv --target y --early-stopping 3 --validation 0.001", 64,
            "--early-stopping watches the validation data, and --validation 0.001 holds out no rows\n"
                + "Hold out more of them, or leave --early-stopping out."),
        Faulty(
            "train ok.csv --target y --schedule plateau --monitor r2 --validation 0", 64,
            "--monitor watches the validation data, and --validation 0 holds out no rows\n"
                + "Hold out more of them, or leave --monitor out."),
        Faulty(
            "train ok.csv --target y --monitor r2", 64,
            "nothing watches --monitor r2\n"
                + "Add --early-stopping or --schedule plateau, which watch it, or leave it out."),
        Faulty(
            "train ok.csv --target y --schedule plateau --monitor auc", 64,
            "a regression task has no auc to monitor"),
        Faulty("train ok.csv --target y --epochs 0", 64, "a training needs at least one epoch, not 0"),
        Faulty("train ok.csv --target y --batch-size 0", 64, "a batch needs at least one row, not 0"),
        Faulty("train ok.csv --target y --validation 1", 64, "--validation is a fraction in [0, 1) or a file, not 1"),
        Faulty(
            "train ok.csv --target y --validation -0.5", 64,
            "--validation is a fraction in [0, 1) or a file, not -0.5"),
        Faulty(
            "train ok.csv --target y --early-stopping 0", 64,
            "early stopping needs a patience of at least one epoch, not 0"),
        Faulty(
            "train ok.csv --target y --early-stopping 3 --monitor speed", 64,
            "there is no metric 'speed'\n"
                + "Choose loss, accuracy, logLoss, auc, rmse, mae or r2."),
        Faulty(
            "train ok.csv --target y --early-stopping 3 --monitor accuracy", 64,
            "a regression task has no accuracy to monitor"),
        Faulty("train ok.csv --target y --workers 0", 64, "there can be 1 to 64 workers, not 0"),
        Faulty("train ok.csv --target y --missing guess", 64, "--missing is error, mean or drop, not 'guess'"),
        Faulty(
            "train ok.csv --target y --hidden 4 --learning-rate 1e30 --schedule constant --optimizer sgd", 1,
            "the training diverged in epoch 1, step 1: the loss is no longer finite, and no epoch was good\n"
                + "Lower the learning rate, or bound the gradient (--clip-norm)."),
        Faulty(
            "train ok.csv --target y --config bad.json", 78,
            "bad.json is no JSON object\n"
                + "Write it as {\"epochs\": 20, \"hidden\": \"64,32\"}."),
        Faulty(
            "train ok.csv --target y --config unknown.json", 78,
            "unknown.json: there is no setting 'epoch'\n"
                + "The settings are the flags of `lariat train`, without dashes."),
        Faulty(
            "train ok.csv --target y --config type.json", 78,
            "type.json: 'epochs': The value 'many' is invalid for '--epochs <epochs>'"),
        Faulty(
            "train ok.csv --target y --config l1.json", 78,
            "l1.json: 'l1': the strength of l1 must be a number from 0 on, not -1.0"),
        Faulty(
            "train ok.csv --target y --config epochs.json", 78,
            "epochs.json: 'epochs': a training needs at least one epoch, not 0"),
        Faulty(
            "train ok.csv --target y --config activation.json", 78,
            "activation.json: 'activation': there is no activation 'x'\n"
                + "Choose relu, leaky-relu, tanh, sigmoid, gelu or silu."),
        Faulty(
            "train ok.csv --target y --config hidden.json", 78,
            "hidden.json: 'hidden': --hidden takes numbers of units like 128,64, not '8,x'"),
        Faulty(
            "train ok.csv --target y --config share.json", 78,
            "share.json: 'validation': --validation is a fraction in [0, 1) or a file, not 2"),
        Faulty(
            "train ok.csv --target y --config momentum.json", 78,
            "momentum.json: momentum's momentum must be in [0, 1), not 2.0"),
        Faulty(
            "train ok.csv --target y --config output.json", 78,
            "output.json: 'output': --output needs the name of a file"),
        Faulty("train ok.csv --target y --config switch.json", 78, "switch.json: 'json' must be true or false"),
        Faulty(
            "train ok.csv --target y --config truth.json", 78,
            "truth.json: 'epochs' must be a text, a number or a list"),
        Faulty(
            "train ok.csv --target y --config null.json", 78,
            "null.json: 'hidden' must be a text, a number or a list"),
        Faulty(
            "train ok.csv --target y --config", 64,
            "Missing value for '--config <config>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "train ok.csv --target y --config l1.json --config=l1.json", 64, "--config can be given once"),
        Faulty(
            "train ok.csv --target y --config list.json", 78,
            "list.json is no JSON object\n"
                + "Write it as {\"epochs\": 20, \"hidden\": \"64,32\"}."),
    ]

    /// Files that would be written over.
    static let files: [Faulty] = [
        Faulty("train ok.csv --target y --output ''", 64, "--output needs the name of a file"),
        Faulty("train ok.csv --target y --history ''", 64, "--history needs the name of a file"),
        Faulty("train ok.csv --target y --checkpoint ''", 64, "--checkpoint needs the name of a file"),
        Faulty("train ok.csv --target y --report ''", 64, "--report needs the name of a file"),
        Faulty("train ok.csv --target y --plot ''", 64, "--plot needs the name of a file"),
        Faulty("predict model.safetensors ok.csv --output ''", 64, "--output needs the name of a file"),
        overwrite("train ok.csv --target y --report link.csv", "DATA", "--report", "ok.csv"),
        overwrite("train ok.csv --target y --output new --plot new", "--output", "--plot", "new"),
        overwrite("train ok.csv --target y --report new --plot ./new", "--report", "--plot", "new"),
        overwrite("path ok.csv --target y --report ok.csv", "DATA", "--report", "ok.csv"),
        overwrite("bench --report new --plot new", "--report", "--plot", "new"),
        overwrite("train ok.csv --target y --output ok.csv", "DATA", "--output", "ok.csv"),
        overwrite("train ok.csv --target y --output ./folder/../ok.csv", "DATA", "--output", "ok.csv"),
        overwrite("train link.csv --target y --output ok.csv", "DATA", "--output", "link.csv"),
        overwrite("train ok.csv --target y --history link.csv", "DATA", "--history", "ok.csv"),
        overwrite("train ok.csv --target y --checkpoint hard.csv", "DATA", "--checkpoint", "ok.csv"),
        overwrite("train bin.csv --target y --validation ok.csv --output ok.csv", "--validation", "--output", "ok.csv"),
        overwrite(
            "train ok.csv --target y --config unused.json --history unused.json", "--config", "--history", "unused.json"
        ),
        overwrite("train ok.csv --target y --output new --history new", "--output", "--history", "new"),
        overwrite("train ok.csv --target y --output new --checkpoint ./new", "--output", "--checkpoint", "new"),
        overwrite(
            "train ok.csv --target y --history new --checkpoint folder/../new", "--history", "--checkpoint", "new"),
        overwrite("train ok.csv --target y --output dangling --history new", "--output", "--history", "dangling"),
        overwrite("train ok.csv --target y --resume ck --output ck", "--resume", "--output", "ck"),
        Faulty(
            "train ok.csv --target y --output new --history new.lock", 64,
            "the lock of --output and --history are the same file, new.lock, and one would overwrite the other\n"
                + "Name another file for one of them."),
        overwrite("predict model.safetensors ok.csv --output ok.csv", "DATA", "--output", "ok.csv"),
        overwrite(
            "predict model.safetensors ok.csv --output model.safetensors", "MODEL", "--output", "model.safetensors"),
    ]

    private static func overwrite(_ command: String, _ first: String, _ second: String, _ path: String) -> Faulty {
        Faulty(
            command, 64,
            "\(first) and \(second) are the same file, \(path), and one would overwrite the other\n"
                + "Name another file for one of them.")
    }

    /// Training data.
    static let data: [Faulty] = [
        Faulty(
            "train ok.csv --target nope", 65,
            "ok.csv has no column 'nope' for the target\n"
                + "Its columns are: a, b, y"),
        Faulty(
            "train ok.csv --target y,nope", 65,
            "ok.csv has no column 'nope' for the target\n"
                + "Its columns are: a, b, y"),
        Faulty("train bin.csv --target y,a", 65, "bin.csv: target 'y' holds text; several targets must be numbers"),
        Faulty(
            "train absent.csv --target y", 66,
            "cannot read absent.csv: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty("train folder --target y", 66, "cannot read folder: Is a directory"),
        Faulty("train empty.csv --target y", 65, "empty.csv is empty\nThe first line must name the columns."),
        Faulty("train header.csv --target y", 65, "header.csv has no rows\nThere must be data below the header."),
        Faulty(
            "train ragged.csv --target y", 65,
            "ragged.csv, line 3: expected 3 fields, found 2\n"
                + "Every line needs as many fields as the header."),
        Faulty(
            "train text.csv --target y", 65,
            "text.csv, line 22, column 'a': 'oops' is not a number\n"
                + "Correct the cell, leave it empty if it is missing, or make the column text with --text."),
        Faulty(
            "train miss.csv --target y", 65,
            "miss.csv, line 3, column 'a': the value is missing\n"
                + "Fill it in, or train with --missing mean or --missing drop."),
        Faulty(
            "train missy.csv --target y", 65,
            "missy.csv, line 3, column 'y': the value is missing\n"
                + "Fill it in, or leave such rows out with --missing drop."),
        Faulty(
            "train quote.csv --target y", 65,
            "quote.csv, line 2, byte 6: a quoted field that is never closed\n"
                + "Close the quote, or double it inside a quoted field."),
        Faulty("train nul.csv --target y", 65, "nul.csv, line 2, byte 9: a NUL byte\nThis is no text file in UTF-8."),
        Faulty(
            "train utf.csv --target y", 65,
            "utf.csv, line 2, byte 8, column 'b': the text is not valid UTF-8\n"
                + "Convert the file to UTF-8."),
        Faulty(
            "train dup.csv --target y", 65,
            "dup.csv, line 1: columns 1 and 2 are both named 'a'\n"
                + "Give every column a name of its own."),
        Faulty(
            "train noname.csv --target y", 65,
            "noname.csv, line 1: column 2 has no name\n"
                + "The first line must name the columns."),
        Faulty(
            "train const.csv --target y", 65,
            "const.csv: every row of target 'y' is 'same'\n"
                + "A classifier needs at least two classes."),
        Faulty(
            "train one.csv --target y", 65,
            "layers.1 (batchNorm) needs at least 2 rows to normalise a batch, and got 1; give it more rows, or keep running statistics"
        ),
        Faulty(
            "train inf.csv --target y", 65,
            "inf.csv, line 22, column 'a': '1e999' is beyond the range of numbers\n"
                + "Correct the cell, leave it empty if it is missing, or make the column text with --text."),
        Faulty(
            "train blank.csv --target y", 65,
            "blank.csv, line 7, column 'a': the value is missing\n"
                + "Fill it in, or train with --missing mean or --missing drop."),
        Faulty(
            "train ok.csv --target y --validation missy.csv", 65,
            "missy.csv, line 3, column 'y': the value is missing\n"
                + "Fill it in, or leave such rows out with --missing drop."),
        Faulty(
            "train ids.csv --target y", 65,
            "ids.csv: column 'b' has 30000 categories, which in 30000 rows are too much for the memory\n"
                + "If it names the rows, leave it out with --drop b."),
        Faulty(
            "train nan.csv --target y", 65,
            "nan.csv, line 22, column 'a': the value is missing\n"
                + "Fill it in, or train with --missing mean or --missing drop."),
        Faulty(
            "train ok.csv --target y --task binary", 65,
            "ok.csv: target 'y' has 30 classes, not 2\n"
                + "Use --task multiclass."),
        Faulty(
            "train bin.csv --target y --task regression", 65,
            "bin.csv: target 'y' holds text, which cannot be regressed"),
        Faulty(
            "train neg.csv --target y --loss poisson", 65,
            "the target at row index 0 must be a number from 0 on for the poisson loss, not -1.5"),
        Faulty(
            "train ok.csv --target y --batch-size 1", 65,
            "layers.1 (batchNorm) needs at least 2 rows to normalise a batch, and got 1; give it more rows, or keep running statistics"
        ),
        Faulty(
            "train ok.csv --target y --validation absent.csv", 66,
            "cannot read absent.csv: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "train ok.csv --target y --validation other.csv", 65,
            "other.csv lacks 2 columns 'a', 'b'\n"
                + "The model was trained with them."),
        Faulty(
            "train ok.csv --target y --text nope", 65,
            "ok.csv has no column 'nope' for --text\n"
                + "Its columns are: a, b, y"),
        Faulty(
            "train ok.csv --target y --drop nope", 65,
            "ok.csv has no column 'nope' for --drop\n"
                + "Its columns are: a, b, y"),
        Faulty("train ok.csv --target y --drop y", 65, "column 'y' is a target and cannot be dropped"),
        Faulty("train ok.csv --target y --drop a,b", 65, "ok.csv has no columns left for features"),
        Faulty(
            "train ok.csv --target y --weights nope", 65,
            "ok.csv has no column 'nope' for the weights\n"
                + "Its columns are: a, b, y"),
        Faulty(
            "train wneg.csv --target y --weights w", 65,
            "the weight at row index 3 is -1.0\n"
                + "Weights are finite and not negative."),
        Faulty("train wzero.csv --target y --weights w", 65, "all weights are zero\nSome row must count."),
        Faulty(
            "train ok.csv --target y --epochs 1 --output nowhere/model.safetensors", 74,
            "cannot write nowhere/model.safetensors: creating a file in its folder failed: No such file or directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "train ok.csv --target y --epochs 1 --output folder", 74,
            "cannot write folder: replacing it failed: Is a directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "train ok.csv --target y --epochs 1 --history nowhere/h.csv", 74,
            "cannot write nowhere/h.csv: creating a file in its folder failed: No such file or directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "train ok.csv --target y --epochs 1 --report nowhere/r.html", 74,
            "cannot write nowhere/r.html: creating a file in its folder failed: No such file or directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "path ok.csv --target y --plot folder", 74,
            "cannot write folder: replacing it failed: Is a directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "train ok.csv --target y --epochs 1 --checkpoint nowhere/ck", 74,
            "cannot write nowhere/ck: creating a file in its folder failed: No such file or directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "train ok.csv --target y --resume absent.ck", 66,
            "cannot read absent.ck: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "train ok.csv --target y --resume cut.ck --hidden 4", 65,
            "cut.ck: tensor 'history.inputs.1.shift' ends at byte 1496 of data that have 1494"),
        Faulty(
            "train ok.csv --target y --resume model.safetensors --hidden 4 --output new.safetensors", 65,
            "model.safetensors: this is no checkpoint of this version of Lariat"),
        Faulty(
            "train ok.csv --target y --resume ck --hidden 5", 65,
            "the checkpoint belongs to a training with other data, network or settings\n"
                + "Resume with the flags and the data that it was made with; only --epochs may differ."),
        Faulty(
            "train ok.csv --target y --resume ck --hidden 4 --seed 9", 65,
            "the checkpoint belongs to a training with other data, network or settings\n"
                + "Resume with the flags and the data that it was made with; only --epochs may differ."),
        Faulty(
            "train bin.csv --target y --resume ck --hidden 4", 65,
            "the checkpoint belongs to a training with other data, network or settings\n"
                + "Resume with the flags and the data that it was made with; only --epochs may differ."),
        Faulty(
            "train ok.csv --target y --config absent.json", 66,
            "cannot read the configuration absent.json\n"
                + "Check the path and its permissions."),
    ]

    /// Models and what is asked of them.
    static let models: [Faulty] = [
        Faulty(
            "evaluate", 64,
            "Missing expected argument '<model>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "evaluate model.safetensors", 64,
            "Missing expected argument '<data>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "evaluate absent.safetensors ok.csv", 66,
            "cannot read absent.safetensors: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "evaluate bad.safetensors ok.csv", 65,
            "bad.safetensors: the header claims 8367736964726416744 bytes, more than the 100000000 allowed"),
        Faulty(
            "evaluate trunc.safetensors ok.csv", 65,
            "trunc.safetensors: the file has 0 bytes, too few for a header"),
        Faulty(
            "evaluate flipped.safetensors ok.csv", 65,
            "flipped.safetensors: the file is damaged: its contents do not match their digest\n"
                + "Take another copy."),
        Faulty(
            "evaluate cut.safetensors ok.csv", 65,
            "cut.safetensors: the header claims 1784 bytes, and the file has 192 behind its length"),
        Faulty("evaluate folder ok.csv", 66, "folder is a folder, and no model file"),
        Faulty(
            "evaluate model.safetensors absent.csv", 66,
            "cannot read absent.csv: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "evaluate model.safetensors other.csv", 65,
            "other.csv lacks 2 columns 'a', 'b'\n"
                + "The model was trained with them."),
        Faulty(
            "evaluate binary.safetensors badlabel.csv", 65,
            "badlabel.csv: column 'y' has the class 'maybe', which the model does not know\n"
                + "Its classes are: no, yes"),
        Faulty(
            "evaluate ok.csv ok.csv", 65,
            "ok.csv: the header claims 3184056452102892641 bytes, more than the 100000000 allowed"),
        Faulty(
            "predict model.safetensors", 64,
            "Missing expected argument '<data>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty(
            "predict absent.safetensors ok.csv", 66,
            "cannot read absent.safetensors: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "predict model.safetensors absent.csv", 66,
            "cannot read absent.csv: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "predict model.safetensors missing_b.csv", 65,
            "missing_b.csv lacks the column 'b'\n"
                + "The model was trained with it."),
        Faulty(
            "predict model.safetensors newtext.csv", 65,
            "newtext.csv: column 'a' holds text, and the model was trained with numbers"),
        Faulty(
            "predict model.safetensors miss.csv", 65,
            "miss.csv, line 3, column 'a': the value is missing\n"
                + "Fill it in, or train with --missing mean or --missing drop."),
        Faulty(
            "predict model.safetensors huge.csv", 65,
            "huge.csv, line 3: the prediction is not finite\n"
                + "A number in this row is too far from those of the training data."),
        Faulty(
            "evaluate model.safetensors huge.csv", 65,
            "huge.csv, line 3: the prediction is not finite\n"
                + "A number in this row is too far from those of the training data."),
        Faulty(
            "predict model.safetensors ragged.csv", 65,
            "ragged.csv, line 3: expected 3 fields, found 2\n"
                + "Every line needs as many fields as the header."),
        Faulty(
            "predict model.safetensors ok.csv --output nowhere/p.csv", 74,
            "cannot write nowhere/p.csv: creating a file in its folder failed: No such file or directory\n"
                + "Nothing was changed; choose another place, or make room."),
        Faulty(
            "inspect absent.safetensors", 66,
            "cannot read absent.safetensors: No such file or directory\n"
                + "Check the path and its permissions."),
        Faulty(
            "inspect bad.safetensors", 65,
            "bad.safetensors: the header claims 8367736964726416744 bytes, more than the 100000000 allowed"),
        Faulty(
            "inspect ok.csv --nonsense", 64,
            "Unknown option '--nonsense'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
    ]

    /// Regularisation paths.
    static let paths: [Faulty] = [
        Faulty(
            "path ok.csv", 64,
            "Missing expected argument '--target <target>'\n"
                + "See `lariat --help`, or `lariat help` with the name of a command."),
        Faulty("path ok.csv --target a,y", 64, "a path has one target, and --target names 2"),
        Faulty(
            "path ok.csv --target z", 65,
            "ok.csv has no column 'z' for the target\nIts columns are: a, b, y"),
        Faulty(
            "path ok.csv --target y --family gamma", 64,
            "there is no family 'gamma'\nChoose gaussian, binomial, multinomial or poisson."),
        Faulty("path ok.csv --target y --l1-ratio 1.5", 64, "the L1 ratio must be in [0, 1], not 1.5"),
        Faulty("path ok.csv --target y --count 0", 64, "a path needs at least one strength, not 0"),
        Faulty(
            "path ok.csv --target y --smallest-ratio 1", 64, "the smallest ratio must be in (0, 1), not 1.0"),
        Faulty("path ok.csv --target y --strengths 1,-1", 64, "a strength must be a number above 0, not -1.0"),
        Faulty(
            "path ok.csv --target y --strengths 1,,2", 64,
            "--strengths is a list of numbers, and '' is none\nWrite it as 0.1,0.05,0.01."),
        Faulty(
            "path ok.csv --target y --strengths 1 --smallest-ratio 0.1", 64,
            "--strengths and --smallest-ratio exclude each other\nLeave one of them out."),
        Faulty("path ok.csv --target y --tolerance 0", 64, "the tolerance must be in (0, 1), not 0.0"),
        Faulty("path ok.csv --target y --workers 0", 64, "a path needs at least one worker, not 0"),
        Faulty("path ok.csv --target y --folds 1", 64, "--folds needs at least 2, not 1"),
        Faulty(
            "path ok.csv --target y --folds 3 --fold-column a", 64,
            "--folds and --fold-column exclude each other\nLeave one of them out."),
        Faulty(
            "path ok.csv --target y --folds 31", 64, "cannot make 31 folds of 30 rows\nAsk for 2 ... 30 folds."),
        Faulty(
            "path ok.csv --target y --model m", 64,
            "there is nothing to choose a model by\nAdd --folds 10, or choose a strength: --choose 0.1."),
        Faulty(
            "path ok.csv --target y --choose 0.1", 64,
            "--choose 0.1 chooses the model that --model writes\nAdd --model FILE."),
        Faulty(
            "path ok.csv --target y --model m --choose best", 64,
            "--choose is min, one-se or a strength above 0, not 'best'"),
        Faulty(
            "path ok.csv --target y --groups factors.csv --non-negative", 64,
            "--groups and --non-negative cannot be combined\nLeave one of them out."),
        Faulty(
            "path ok.csv --target y --penalty-factors ok.csv", 65,
            "ok.csv has no column 'feature' for a column\nIts columns are: a, b, y"),
        Faulty(
            "path ok.csv --target y --penalty-factors factors.csv", 65,
            "factors.csv, line 3: there is no feature 'c'"),
        Faulty(
            "path ok.csv --target y --penalty-factors negative.csv", 65,
            "negative.csv, line 2: '-1' is no penalty factor\nIt is a number from 0, or inf."),
        Faulty(
            "path ok.csv --target y --weights z", 65,
            "ok.csv has no column 'z' for the weights\nIts columns are: a, b, y"),
        Faulty(
            "path ok.csv --target y --output ok.csv", 64,
            "DATA and --output are the same file, ok.csv, and one would overwrite the other\n"
                + "Name another file for one of them."),
        Faulty(
            "path const.csv --target y", 65,
            "const.csv: every row of target 'y' is 'same'\nA classifier needs at least two classes."),
        Faulty(
            "path neg.csv --target y --family poisson", 65,
            "the target in row 0 is -1.5\nCounts are 0 or more."),
        Faulty("path level.csv --target y --family gaussian", 65, "all targets are 4.0\nThere is nothing to explain."),
        Faulty(
            "path nan.csv --target y", 65,
            "nan.csv, line 22, column 'a': the value is missing\n"
                + "Fill it in, or train with --missing mean or --missing drop."),
        Faulty(
            "path bad.svm", 65,
            "bad.svm, line 2, column 4: 'x:1' is no feature\n"
                + "A feature is index:value, with a whole number for its index."),
        Faulty(
            "path bad.svm --target y", 64,
            "--target names a column, and a .svm file has no names\nLeave it out, or give the data as CSV."),
        Faulty(
            "inspect model.safetensors --data ok.csv", 65,
            "model.safetensors is no model of a regularisation path, and only those have a certificate"),
    ]
}
