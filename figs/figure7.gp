# Draws figure7.pdf and figure7.svg: run `gnuplot figure7.gp` in the folder of this file.
set encoding utf8

# V100: centre of the bar, value
$panel1_series1_own << END
-0.333333 15.395131303
0.666667 24.635647689000002
1.666667 38.922233090999995
2.666667 24.819701681000005
3.666667 39.29635105
4.666667 27.798873177999997
5.666667 25.242428112
END
$panel1_series2_own << END
-0.166667 13.571731015999998
0.833333 18.574346737
1.833333 27.078390854000002
2.833333 19.074398838
3.833333 27.078496756000003
4.833333 20.575242155000005
5.833333 19.074518499
END
$panel1_series3_own << END
0 11.071731015999998
1 12.074346737000003
2 14.078390853999998
3 12.074398838
4 14.078496756
5 12.575242155000002
6 12.074518499
END
$panel1_series4_own << END
0.166667 7.419591171999999
1.166667 10.087951792999998
2.166667 16.287027974000004
3.166667 10.167814453999998
4.166667 16.449361075999995
5.166667 11.460503402999999
6.166667 10.351239203000002
END
$panel1_series5_own << END
0.333333 7.419591171999999
1.333333 8.326747019999999
2.333333 8.803159635
3.333333 8.308436867000001
4.333333 8.780099858
5.333333 8.398320932
6.333333 8.342018931999998
END
# Left end, value and width of each mark
$panel1_marks << END
-0.403333 16.78139877319336 0.14
-0.236667 13.09695315361023 0.14
-0.07 11.094237327575684 0.14
0.096667 7.918232282002767 0.14
0.263333 7.930299838383992 0.14
0.596667 23.625170866648357 0.14
0.763333 17.112082481384277 0.14
0.93 11.75343656539917 0.14
1.096667 9.735543807347616 0.14
1.263333 8.184294700622559 0.14
1.596667 40.26162060101827 0.14
1.763333 26.148438692092896 0.14
1.93 14.772999048233032 0.14
2.096667 17.032320658365887 0.14
2.263333 8.524173657099405 0.14
2.596667 23.16401521364848 0.14
2.763333 19.088354349136353 0.14
2.93 12.108455737431845 0.14
3.096667 9.91473356882731 0.14
3.263333 7.655174096425374 0.14
3.596667 38.57631436983744 0.14
3.763333 26.18804693222046 0.14
3.93 15.144047180811564 0.14
4.096667 17.38655996322632 0.14
4.263333 8.706968466440836 0.14
4.596667 29.212085008621216 0.14
4.763333 21.158116102218628 0.14
4.93 13.146969318389893 0.14
5.096667 11.703928788503012 0.14
5.263333 8.565112193425497 0.14
5.596667 25.427587588628132 0.14
5.763333 19.09496283531189 0.14
5.93 12.097854057947794 0.14
6.096667 10.233082214991251 0.14
6.263333 8.297937075297037 0.14
END

# A10: centre of the bar, value
$panel2_series1_own << END
-0.333333 9.800435451999999
0.666667 16.614600207000002
1.666667 16.750325761999996
2.666667 18.947233875000002
3.666667 17.062053747
END
$panel2_series2_own << END
-0.166667 9.572138314
0.833333 15.075369498999999
1.833333 15.075433858000002
2.833333 16.576475603
3.833333 15.075581675999999
END
$panel2_series3_own << END
0 7.072138314
1 8.075369499
2 8.075433858
3 8.576475603000002
4 8.075581676000002
END
$panel2_series4_own << END
0.166667 4.887998470000001
1.166667 8.514974554999998
2.166667 8.594849474
3.166667 9.887736851
4.166667 8.77830238
END
$panel2_series5_own << END
0.333333 4.887998470000001
1.333333 5.795769781999999
2.333333 5.777471886999999
3.333333 5.867554379999999
4.333333 5.811082108999999
END
# Left end, value and width of each mark
$panel2_marks << END
-0.403333 10.141360918680826 0.14
-0.236667 10.045548915863037 0.14
-0.07 7.05725359916687 0.14
0.096667 4.6793703238169355 0.14
0.263333 4.748237123912373 0.14
0.596667 17.016832907994587 0.14
0.763333 14.098005294799805 0.14
0.93 7.739961306254069 0.14
1.096667 8.329822301864624 0.14
1.263333 5.860530376434326 0.14
1.596667 16.57095130284627 0.14
1.763333 14.077045440673828 0.14
1.93 8.079145113627115 0.14
2.096667 8.358131885528564 0.14
2.263333 5.588744242986043 0.14
2.596667 19.33425847689311 0.14
2.763333 17.072978496551514 0.14
2.93 9.088603417078653 0.14
3.096667 10.25255831082662 0.14
3.263333 6.306800206502278 0.14
3.596667 16.211599429448444 0.14
3.763333 14.104897737503052 0.14
3.93 8.080979108810425 0.14
4.096667 8.980064471562704 0.14
4.263333 6.172065019607544 0.14
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,3.5in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,336 background '#ffffff'
  }
  set output 'figure7.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.15 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.57963
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'V100' offset 0,-0.5
  set ylabel 'TTFT (s)' offset 1,0
  set xrange [-0.5:6.5]
  set yrange [0:45.609312]
  set xtics scale 0 font 'DejaVu Sans,8' ('OPT-2.7B' 0, 'OPT-6.7B' 1, 'OPT-13B' 2, 'Llama2-7B' 3, 'Llama2-13B' 4, 'Llama3-8B' 5, 'Falcon-7B' 6)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '15.4' at -0.333333,17.541554 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '13.6' at -0.166667,14.331886 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '11.1' at 0,11.854393 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.4' at 0.166667,8.678387 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.4' at 0.333333,8.690455 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '24.6' at 0.666667,25.395803 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '18.6' at 0.833333,19.334502 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '12.1' at 1,12.834502 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.1' at 1.166667,10.848107 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.3' at 1.333333,9.086902 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '38.9' at 1.666667,41.021776 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '27.1' at 1.833333,27.838546 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '14.1' at 2,15.533154 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.3' at 2.166667,17.792476 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.8' at 2.333333,9.563315 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '24.8' at 2.666667,25.579857 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '19.1' at 2.833333,19.84851 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '12.1' at 3,12.868611 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.2' at 3.166667,10.92797 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.3' at 3.333333,9.068592 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '39.3' at 3.666667,40.056506 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '27.1' at 3.833333,27.838652 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '14.1' at 4,15.904202 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.4' at 4.166667,18.146715 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.8' at 4.333333,9.540255 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '27.8' at 4.666667,29.97224 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '20.6' at 4.833333,21.918271 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '12.6' at 5,13.907125 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '11.5' at 5.166667,12.464084 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.4' at 5.333333,9.325267 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '25.2' at 5.666667,26.187743 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '19.1' at 5.833333,19.855118 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '12.1' at 6,12.858009 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '10.4' at 6.166667,11.111394 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.3' at 6.333333,9.102174 rotate by 90 left font 'DejaVu Sans,6.5' front
  set object rectangle from screen 0.046917,screen 0.938492 to screen 0.069139,screen 0.970238 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'Serverless vLLM' at screen 0.074694,screen 0.954365 left
  set object rectangle from screen 0.201889,screen 0.938492 to screen 0.224111,screen 0.970238 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM' at screen 0.229667,screen 0.954365 left
  set object rectangle from screen 0.344986,screen 0.938492 to screen 0.367208,screen 0.970238 front fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM with cached model' at screen 0.372764,screen 0.954365 left
  set object rectangle from screen 0.612833,screen 0.938492 to screen 0.635056,screen 0.970238 front fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe with single worker' at screen 0.640611,screen 0.954365 left
  set object rectangle from screen 0.853806,screen 0.938492 to screen 0.876028,screen 0.970238 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe' at screen 0.881583,screen 0.954365 left
  set object rectangle from screen 0.382313,screen 0.878968 to screen 0.404535,screen 0.910714 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'own run (simulated)' at screen 0.41009,screen 0.894841 left
  set arrow from screen 0.55516,screen 0.894841 to screen 0.577382,screen 0.894841 nohead front lc rgb '#000000' lw 1.5
  set label 'paper' at screen 0.582938,screen 0.894841 left
  plot $panel1_series1_own using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series2_own using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series3_own using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series4_own using 1:2 with boxes fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series5_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5
  
  set lmargin at screen 0.621296
  set rmargin at screen 0.991667
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'A10' offset 0,-0.5
  unset ylabel
  set xrange [-0.5:4.5]
  set yrange [0:21.902304]
  set xtics scale 0 font 'DejaVu Sans,8' ('OPT-2.7B' 0, 'OPT-6.7B' 1, 'Llama2-7B' 2, 'Llama3-8B' 3, 'Falcon-7B' 4)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '9.8' at -0.333333,10.506399 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '9.6' at -0.166667,10.410587 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '7.1' at 0,7.437177 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '4.9' at 0.166667,5.253037 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '4.9' at 0.333333,5.253037 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.6' at 0.666667,17.381871 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.1' at 0.833333,15.440408 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.1' at 1,8.440408 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.5' at 1.166667,8.880013 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.8' at 1.333333,6.225569 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.8' at 1.666667,17.115364 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.1' at 1.833333,15.440472 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.1' at 2,8.444184 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.6' at 2.166667,8.959888 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.8' at 2.333333,6.14251 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '18.9' at 2.666667,19.699297 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '16.6' at 2.833333,17.438017 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.6' at 3,9.453642 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '9.9' at 3.166667,10.617597 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.9' at 3.333333,6.671839 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '17.1' at 3.666667,17.427092 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '15.1' at 3.833333,15.44062 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.1' at 4,8.446018 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '8.8' at 4.166667,9.345103 rotate by 90 left font 'DejaVu Sans,6.5' front
  set label '5.8' at 4.333333,6.537103 rotate by 90 left font 'DejaVu Sans,6.5' front
  plot $panel2_series1_own using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series2_own using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series3_own using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series4_own using 1:2 with boxes fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_series5_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel2_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5
  unset multiplot
  unset output
}
