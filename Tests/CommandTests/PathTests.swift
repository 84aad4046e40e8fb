import Foundation
import Testing

/// `lariat path`, and what the other commands make of its models.
@Suite("Paths through the command")
struct PathTests {
    private func columns(_ csv: String) -> [String: [String]] {
        let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return Dictionary(
            uniqueKeysWithValues: lines[0].indices.map { c in
                (String(lines[0][c]), lines.dropFirst().map { String($0[c]) })
            })
    }

    @Test func theFileHoldsThePath() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let result = try run(
            "path", CommandRun.data("diabetes.csv"), "--target", "target", "--folds", "5", "--seed", "3", "--json",
            "--quiet", "--output", "p.csv")
        #expect(result.code == 0 && result.errors.isEmpty)
        let text = try run.read("p.csv")
        #expect(text.hasPrefix("strength,nonzero,deviance_ratio,duality_gap,epochs,intercept,age,sex,bmi,"))
        let file = columns(text)
        let strengths = try #require(result.json["strengths"] as? [Double])
        #expect(strengths.count == 100 && file["strength"]!.count == 100)
        #expect(zip(file["strength"]!, strengths).allSatisfy { abs(Double($0)! / $1 - 1) < 1e-14 })
        #expect(zip(strengths, strengths.dropFirst()).allSatisfy { $0 > $1 })
        #expect(
            abs(strengths[99] / strengths[0] - 1e-4) < 1e-16
                && strengths[0] == result.json["largestStrength"] as? Double)
        #expect(file["duality_gap"]!.allSatisfy { Double($0)! <= 1e-7 })
        #expect(file["nonzero"]!.first == "0" && file["nonzero"]!.last == "10")
        for (row, nonzero) in file["nonzero"]!.enumerated() {
            let coefficients = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"].map { file[$0]![row] }
            #expect(coefficients.count { Double($0) != 0 } == Int(nonzero))
        }
        let (least, one) = (
            try #require(result.json["strengthMin"] as? Double), try #require(result.json["strengthOneSE"] as? Double)
        )
        #expect(one >= least && strengths.contains(one) && strengths.contains(least))
        let means = file["cv_mean"]!.compactMap(Double.init)
        #expect(means.count == 100 && means[strengths.firstIndex(of: least)!] == means.min())
        #expect(file["cv_se"]!.allSatisfy { Double($0)! > 0 })
    }

    /// The coefficients of the file are those of the model, whose certificate holds on the data and on no others.
    @Test(arguments: ["min", "one-se", "7"])
    func theChosenModelIsServed(choice: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("diabetes.csv")
        let path = try run(
            "path", data, "--target", "target", "--folds", "5", "--json", "--quiet", "--output", "p.csv", "--model",
            "m",
            "--choose", choice, "--strengths", "20,10,7,1,0.1")
        #expect(path.code == 0)
        let strength = try #require(path.json["strengthChosen"] as? Double)
        #expect(choice != "7" || strength == 7)
        let row = (path.json["strengths"] as! [Double]).firstIndex(of: strength)!
        let file = columns(try run.read("p.csv"))
        let table = columns(try String(contentsOfFile: data, encoding: .utf8))
        let predicted = columns(try run("predict", "m", data).output)["prediction"]!.compactMap(Double.init)
        #expect(predicted.count == 442)
        for line in 0..<442 {
            var sum = Double(file["intercept"]![row])!
            for (name, values) in table where name != "target" {
                sum += Double(file[name]![row])! * Double(values[line])!
            }
            #expect(abs(sum - predicted[line]) < 1e-9)
        }
        let stored = try #require(try run("inspect", "m", "--json").json["certificate"] as? [String: Any])
        let again = try #require(
            try run("inspect", "m", "--data", data, "--json").json["certificate"] as? [String: Any])
        #expect((stored["relativeGap"] as! Double) <= 1e-7)
        #expect(abs((again["relativeGap"] as! Double) - (stored["relativeGap"] as! Double)) < 1e-12)
        #expect(abs((again["primal"] as! Double) / (stored["primal"] as! Double) - 1) < 1e-12)
        let half = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n").prefix(200)
        try run.write("half.csv", half.joined(separator: "\n") + "\n")
        let other = try #require(
            try run("inspect", "m", "--data", "half.csv", "--json").json["certificate"] as? [String: Any])
        #expect((other["relativeGap"] as! Double) > 1e-4)
    }

    @Test(arguments: ["gaussian", "binomial", "multinomial", "poisson"])
    func everyFamily(family: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        var rows = "a,b,c,y\n"
        for i in 0..<60 {
            let (a, b) = (i * 7 % 11, i * 5 % 13)
            let y = [
                "gaussian": "\(2 * a - b).5", "binomial": a > 5 ? "yes" : "no", "multinomial": "k\((a + b) % 3)",
                "poisson": "\(a / 3)",
            ][family]!
            rows += "\(a),\(b),\(i * 3 % 7),\(i % 9 == 0 && family == "binomial" ? "yes" : y)\n"
        }
        try run.write("d.csv", rows)
        let result = try run(
            "path", "d.csv", "--target", "y", "--family", family, "--count", "20", "--folds", "3", "--output", "p.csv",
            "--model", "m", "--json", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
        #expect((result.json["dualityGaps"] as? [Double])?.allSatisfy { $0 <= 1e-7 } ?? false)
        let file = columns(try run.read("p.csv"))
        #expect(file["strength"]!.count == (family == "multinomial" ? 60 : 20))
        #expect(file["class"].map { Array($0.prefix(3)) } == (family == "multinomial" ? ["k0", "k1", "k2"] : nil))
        #expect(try run("evaluate", "m", "d.csv").code == 0)
        let header = try run("predict", "m", "d.csv").output.prefix { $0 != "\n" }
        #expect(
            header == [
                "binomial": "prediction,probability_no,probability_yes",
                "multinomial": "prediction,probability_k0,probability_k1,probability_k2",
            ][family] ?? "prediction")
        // Without --family the target tells, but for counts, which may be numbers or classes.
        if family != "poisson" {
            #expect(try run("path", "d.csv", "--target", "y", "--json", "--quiet").json["family"] as? String == family)
        }
    }

    @Test func settingsOfSingleFeatures() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let base = ["path", CommandRun.data("diabetes.csv"), "--target", "target", "--output", "p.csv", "--quiet"]
        try run.write("f.csv", "feature,factor\nbmi,0\ns5,inf\nage,2.5\n")
        #expect(try run.run(base + ["--penalty-factors", "f.csv"]).code == 0)
        let free = columns(try run.read("p.csv"))
        #expect(free["bmi"]!.allSatisfy { Double($0)! > 0 } && free["s5"]!.allSatisfy { $0 == "0" })
        #expect(free["nonzero"]!.first == "1")
        try run.write("g.csv", "feature,group\ns1,blood\ns2,blood\ns3,blood\ns4,blood\ns5,blood\ns6,blood\n")
        #expect(try run.run(base + ["--groups", "g.csv"]).code == 0)
        let grouped = columns(try run.read("p.csv"))
        let blood = (1...6).map { grouped["s\($0)"]! }
        #expect((0..<100).allSatisfy { row in Set(blood.map { Double($0[row])! == 0 }).count == 1 })
        #expect(blood[0].contains("0") && blood[0].last != "0")
        #expect(try run.run(base + ["--non-negative"]).code == 0)
        let positive = columns(try run.read("p.csv"))
        #expect(["age", "sex", "bmi", "s1", "s3"].allSatisfy { positive[$0]!.allSatisfy { Double($0)! >= 0 } })
    }

    /// Weights of 2 are rows twice; an offset is subtracted from a gaussian target; folds are those of the column.
    @Test func columnsThatAreNoFeatures() throws {
        let run = try CommandRun()
        defer { run.clean() }
        func row(_ i: Int) -> (String, weight: Int, offset: Double, target: Double) {
            (
                "\(i * 7 % 11),\(i * i % 13)", 1 + i % 2, Double(i % 5),
                Double(i * 7 % 11) * 2 - Double(i * 3 % 17) + 0.25
            )
        }
        var (weighted, repeated) = ("a,b,w,o,f,y\n", "a,b,y\n")
        for i in 0..<40 {
            let (features, weight, offset, target) = row(i)
            weighted += "\(features),\(weight),\(offset),\(i % 4),\(target)\n"
            for _ in 0..<weight { repeated += "\(features),\(target - offset)\n" }
        }
        try run.write("w.csv", weighted)
        try run.write("r.csv", repeated)
        let one = try run(
            "path", "w.csv", "--target", "y", "--weights", "w", "--offset", "o", "--fold-column", "f", "--strengths",
            "2,1,0.1", "--output", "one.csv", "--model", "m", "--json", "--quiet", "--tolerance", "1e-12")
        let two = try run(
            "path", "r.csv", "--target", "y", "--strengths", "2,1,0.1", "--output", "two.csv", "--quiet", "--tolerance",
            "1e-12")
        #expect(one.code == 0 && two.code == 0, "\(one.errors)\(two.errors)")
        let (mine, theirs) = (columns(try run.read("one.csv")), columns(try run.read("two.csv")))
        for name in ["intercept", "a", "b", "deviance_ratio"] {
            for (x, y) in zip(mine[name]!, theirs[name]!) { #expect(abs(Double(x)! - Double(y)!) < 1e-9, "\(name)") }
        }
        // The file's certificate needs the weights and offsets again.
        let again = try run("inspect", "m", "--data", "w.csv", "--json").json["certificate"] as? [String: Any]
        #expect((again?["relativeGap"] as? Double) ?? 1 <= 1e-12)
    }

    @Test func sparseFiles() throws {
        let run = try CommandRun()
        defer { run.clean() }
        var (sparse, dense) = ("", "1,2,3,label\n")
        for i in 0..<50 {
            let (a, b, label) = (
                i % 3 == 0 ? i % 7 + 1 : 0, i % 4 == 0 ? i % 5 + 1 : 0, i % 3 == 0 || i % 11 == 0 ? 1 : -1
            )
            sparse += "\(label)\(a > 0 ? " 1:\(a)" : "")\(b > 0 ? " 2:\(b)" : "") 3:\(i % 6 + 1)\n"
            dense += "\(a),\(b),\(i % 6 + 1),\(label)\n"
        }
        try run.write("d.svm", sparse)
        try run.write("d.csv", dense)
        let one = try run(
            "path", "d.svm", "--output", "one.csv", "--model", "m", "--choose", "0.05", "--json", "--quiet", "--count",
            "30", "--tolerance", "1e-10")
        let two = try run(
            "path", "d.csv", "--target", "label", "--output", "two.csv", "--json", "--quiet", "--count", "30",
            "--tolerance", "1e-10")
        #expect(one.code == 0 && two.code == 0, "\(one.errors)\(two.errors)")
        #expect(one.json["family"] as? String == "binomial")
        let (mine, theirs) = (columns(try run.read("one.csv")), columns(try run.read("two.csv")))
        for name in ["strength", "intercept", "1", "2", "3"] {
            for (x, y) in zip(mine[name]!, theirs[name]!) {
                #expect(abs(Double(x)! - Double(y)!) < 1e-4 * max(1, abs(Double(y)!)), "\(name)")
            }
        }
        #expect(try run("evaluate", "m", "d.csv", "--json").json["rows"] as? Int == 50)
        let again = try run("inspect", "m", "--data", "d.svm", "--json").json["certificate"] as? [String: Any]
        #expect((again?["relativeGap"] as? Double) ?? 1 <= 1e-10)
    }

    /// A linear network at the same objective: `train` standardises the target, `path` does not.
    @Test func agreesWithTraining() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("diabetes.csv")
        let target = columns(try String(contentsOfFile: data, encoding: .utf8))["target"]!.compactMap(Double.init)
        let mean = target.reduce(0, +) / Double(target.count)
        let deviation = (target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(target.count)).squareRoot()
        let path = try run(
            "path", data, "--target", "target", "--strengths", "\(0.1 * deviation)", "--model", "path", "--choose",
            "\(0.1 * deviation)", "--quiet")
        let train = try run(
            "train", data, "--target", "target", "--hidden", "", "--l1", "0.1", "--validation", "0", "--epochs", "1000",
            "--precision", "double", "--batch-size", "442", "--optimizer", "adam", "--learning-rate", "0.03",
            "--output", "train", "--quiet")
        #expect(path.code == 0 && train.code == 0)
        let (mine, theirs) = (
            columns(try run("predict", "path", data).output)["prediction"]!.compactMap(Double.init),
            columns(try run("predict", "train", data).output)["prediction"]!.compactMap(Double.init)
        )
        // A thousand steps on all rows end near the optimum, not at it.
        for (x, y) in zip(mine, theirs) { #expect(abs(x - y) < 1e-4 * deviation) }
    }
}
